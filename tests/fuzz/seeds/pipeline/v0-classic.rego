package classic

import input.review as review
import data.shared.settings

# METADATA
# title: Names that are keywords only in v1
contains(list, item) {
  list[_] = item
}

every = 3

if = "if"

in[x] { x := ["a", "b"][_] }

# Bodies in a chain are rules with one head.
low {
  review.count < 3
} {
  review.count > 100
}

sizes[name] = size {
  size := review.sizes[name]
}

big[name] {
  sizes[name] > settings.big
}

names[{"name": name, "big": true}] { big[name] }

plain = review.count

default verdict = "unknown"

verdict = "yes" { low }

verdict = "no" {
  not low
  review.count
} else = "never" {
  true
}

has_item { contains(review.list, "x") }

deprecated_too { any([false, true]); all([true]); re_match("^a", "abc") }

output_argument = text { format_int(255, 16, text) }

set_of_objects { {"k": 1} == {"k": 1}; {1, 2}[2] }

nested[[a, b]] { a := 1; b := review.list[_] }

empty_set = set()

arithmetic = (1 + 2) * 3
