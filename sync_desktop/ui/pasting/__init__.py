"""The paste box: lines of Salesbuildr's Issues page at the left, what they mean at the right."""
