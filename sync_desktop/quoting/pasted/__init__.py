"""Lines of Salesbuildr's own Issues page, pasted or saved in whatever shape: Salesbuildr's API does not give them."""
