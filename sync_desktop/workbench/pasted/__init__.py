"""Salesbuildr's Issues page as pasted text: what its lines mean, which records they are about, and keeping them."""
