// An inference process that cannot start.
process.exit(3);
