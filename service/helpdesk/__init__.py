"""Helpdesks: tickets in, drafts with sources back as internal notes"""
