"""The preview: the site and the packs in memory, served to this computer and made again after every edit."""
