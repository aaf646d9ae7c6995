"""Find what keeps recurring in free text: pure functions over texts and numbers, no database and no Django.

`text` turns a story into words, `features` into numbers, `model` groups the numbers into themes that keep their
identity, `labels` names a theme, `explain` says why a case belongs, `rising` says when a theme grows,
`bursts` finds words that nobody used before, `privacy` keeps personal data out of all of it.
"""
