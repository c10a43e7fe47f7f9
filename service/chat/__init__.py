"""The OpenAI-compatible endpoint: Briefwijzer as a model of a chat front end"""
