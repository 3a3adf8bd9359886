"""From the text of a rule file to a checked programme: lexer, parser, syntax tree, formatter, checker, analysis."""
