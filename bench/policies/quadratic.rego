package quadratic

# Compares every port with every other one, as a policy does that looks for duplicates.
violation contains {"msg": msg} if {
  first := input.review.object.spec.ports[i]
  second := input.review.object.spec.ports[j]
  i != j
  first.name == second.name
  msg := sprintf("ports %v and %v have one name", [i, j])
}
