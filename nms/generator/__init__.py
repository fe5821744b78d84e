"""What makes the files of nms/ from PADAM-MIB: a module for each system."""
