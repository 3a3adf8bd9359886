"""From the parser's tree to the syntax tree: what each line of a block becomes."""
