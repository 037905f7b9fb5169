"""Databases as earlier releases left them, one `<version>.sql.xz` each (`tools/snapshot.py`), brought to this one."""
