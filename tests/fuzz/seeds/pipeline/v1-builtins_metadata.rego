# METADATA
# title: What comments say
package builtins.metadata

# METADATA
# description: This rule.
# custom:
#   level: 1
answers.rego.metadata.rule := rego.metadata.rule()

# METADATA
# scope: document
# authors:
# - A B <a@b.example>
answers.rego.metadata.chain := rego.metadata.chain()

uncommented := rego.metadata.rule()

# METADATA
# title: The first branch
branches := rego.metadata.rule() if {
	input.first
} else := rego.metadata.rule()
