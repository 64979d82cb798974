"""What the operating system offers: folders, keychain, single instance, network watch."""
