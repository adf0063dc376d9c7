"""Shared by study page and map: the surrounding page, its content policy, its scripts."""
