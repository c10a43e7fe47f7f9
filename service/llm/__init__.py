"""Answers written by a language model, of which only what is proven leaves"""
