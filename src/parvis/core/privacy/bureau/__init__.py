"""Staff screens: requests and their delays, what people agree to, the registers of the privacy officer."""
