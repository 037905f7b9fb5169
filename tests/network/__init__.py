"""What one territory shows in the portal of another, through the pages."""
