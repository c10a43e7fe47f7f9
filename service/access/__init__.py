"""Who may do what: API keys, their scopes, and how often each may ask"""
