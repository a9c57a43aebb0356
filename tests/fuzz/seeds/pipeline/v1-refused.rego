package refused

# Loops over patterns: that most texts are refused before one must not show.

found contains [name, text] if {
	some text in input.texts
	some name, pattern in input.patterns
	regex.match(pattern, text)
}

# One loop within the other, over other patterns.
both contains text if {
	some text in input.texts
	some first in input.patterns
	regex.match(first, text)
	some second in input.others
	regex.match(second, text)
}

unmatched contains text if {
	some text in input.texts
	not matched(text)
}

matched(text) if {
	some pattern in input.patterns
	regex.match(pattern, text)
}

# The patterns are made anew of each text.
made contains text if {
	some text in input.texts
	patterns := {pattern | some part in input.patterns; pattern := concat("", [part, text])}
	some pattern in patterns
	regex.match(pattern, text)
}

# What is bound only to be tested.
good contains text if {
	some text in input.texts
	some pattern in input.patterns
	fits := regex.match(pattern, text)
	fits == true
}
