"""Passages to a searchable index, and questions to hits; knows nothing of conversation or HTTP."""
