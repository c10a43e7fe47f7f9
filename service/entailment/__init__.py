"""Whether a sentence says what another says, by its words and their grammar"""
