"""The language as data: the syntax (`loyalty.lark`), its parse tables, the keyword phrases and all texts."""
