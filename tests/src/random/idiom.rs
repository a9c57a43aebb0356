//! Rules as they occur in templates. They are copied whole into policies.

use ferrego_compiler::ast::{HeadKind, Rule};
use ferrego_compiler::parse;
use ferrego_compiler::source::{RegoVersion, SourceId};

use super::schema::{ANY, BOOL, CONTAINER, NUMBER, TEXT};
use super::writer::{Shape, Signature, Writer};

/// Rules of one name in v0, and their shape. A snippet may name rules of an earlier snippet only if
/// it contains them too.
struct Idiom {
    name: &'static str,
    shape: fn() -> Shape,
    text: &'static str,
}

const IDIOMS: &[Idiom] = &[
    Idiom {
        name: "input_containers",
        shape: || Shape::Set(&CONTAINER),
        text: "input_containers[c] { c := input.review.object.spec.containers[_] }
            input_containers[c] { c := input.review.object.spec.initContainers[_] }",
    },
    Idiom {
        name: "has_field",
        shape: || Shape::Function(vec![&ANY, &TEXT], &BOOL),
        text: "has_field(object, field) = true { object[field] }
            has_field(object, field) = true { object[field] == false }
            has_field(object, field) = false { not object[field]; not object[field] == false }",
    },
    Idiom {
        name: "get_default",
        shape: || Shape::Function(vec![&ANY, &TEXT, &ANY], &ANY),
        text: "has_key(x, k) { _ = x[k] }
            get_default(obj, k, default_value) = out { has_key(obj, k); out = obj[k] }
            get_default(obj, k, default_value) = out { not has_key(obj, k); out = default_value }",
    },
    Idiom {
        name: "missing_key",
        shape: || Shape::Function(vec![&ANY, &TEXT], &BOOL),
        text: "missing_key(obj, field) { not obj[field] } missing_key(obj, field) { obj[field] == \"\" }",
    },
    Idiom {
        name: "allowed_repo",
        shape: || Shape::Function(vec![&TEXT], &BOOL),
        text: "allowed_repo(image) {
                satisfied := [good | repo = input.parameters.repos[_]; good = startswith(image, repo)]
                not any(satisfied)
            }",
    },
    Idiom {
        name: "missing_labels",
        shape: || Shape::Set(&TEXT),
        text: "missing_labels[label] {
                provided := {label | input.review.object.metadata.labels[label]}
                required := {label | label := input.parameters.labels[_].key}
                missing := required - provided
                count(missing) > 0
                label := missing[_]
            }",
    },
    Idiom {
        name: "cpu_of",
        shape: || Shape::Function(vec![&ANY], &NUMBER),
        text: "cpu_of(orig) = new { is_number(orig); new := orig * 1000 }
            cpu_of(orig) = new {
                not is_number(orig)
                endswith(orig, \"m\")
                new := to_number(replace(orig, \"m\", \"\"))
            }
            cpu_of(orig) = new {
                not is_number(orig)
                not endswith(orig, \"m\")
                regex.match(\"^[0-9]+(\\\\.[0-9]+)?$\", orig)
                new := to_number(orig) * 1000
            }",
    },
    Idiom {
        name: "multiple",
        shape: || Shape::Function(vec![&TEXT], &NUMBER),
        text: "multiple(\"G\") = 1000000000000 { true } multiple(\"M\") = 1000000000 { true }
            multiple(\"Ki\") = 1024 { true } multiple(\"\") = 1000 { true }",
    },
    Idiom {
        name: "suffix_of",
        shape: || Shape::Function(vec![&TEXT], &TEXT),
        text: "suffix_of(mem) = suffix {
                count(mem) > 1
                suffix := substring(mem, count(mem) - 2, -1)
                suffix == [\"Ki\", \"Mi\", \"Gi\"][_]
            } else = suffix {
                suffix := substring(mem, count(mem) - 1, -1)
                [\"G\", \"M\", \"k\", \"m\"][_] == suffix
            } else = \"\" { true }",
    },
    Idiom {
        name: "is_exempt",
        shape: || Shape::Function(vec![&CONTAINER], &BOOL),
        text: "is_exempt(container) {
                exempt_images := object.get(object.get(input, \"parameters\", {}), \"exempt\", [])
                img := container.image
                exemption := exempt_images[_]
                _matches_exemption(img, exemption)
            }
            _matches_exemption(img, exemption) { not endswith(exemption, \"*\"); exemption == img }
            _matches_exemption(img, exemption) {
                endswith(exemption, \"*\")
                startswith(img, trim_suffix(exemption, \"*\"))
            }",
    },
    Idiom {
        name: "unique_image",
        shape: || Shape::Set(&TEXT),
        text: "identical(obj, review) {
                obj.metadata.namespace == review.object.metadata.namespace
                obj.metadata.name == review.object.metadata.name
            }
            unique_image[image] {
                other := data.inventory.namespace[_][version][\"Pod\"][_]
                re_match(\"^.*v1$\", version)
                not identical(other, input.review)
                image := other.spec.containers[_].image
                image == input.review.object.spec.containers[_].image
            }",
    },
    Idiom {
        name: "capability_dropped",
        shape: || Shape::Function(vec![&CONTAINER], &BOOL),
        text: "capability_dropped(container) {
                drop := {c | c := lower(container.securityContext.capabilities.drop[_])}
                count({\"all\", \"kill\"} & drop) > 0
            }",
    },
    Idiom {
        name: "port_allowed",
        shape: || Shape::Function(vec![&NUMBER], &BOOL),
        text: "port_allowed(port) {
                range := input.parameters.ranges[_]
                port >= range.min
                port <= range.max
            }
            port_allowed(_) { count(input.parameters.ranges) == 0 }",
    },
    Idiom {
        name: "answer_of",
        shape: || Shape::Set(&TEXT),
        text: "general[{\"msg\": msg, \"field\": field}] {
                container := input.review.object.spec[field][_]
                not container.resources.limits
                msg := sprintf(\"container <%v> has no limits\", [container.name])
            }
            answer_of[msg] { general[{\"msg\": msg, \"field\": \"containers\"}] }",
    },
    Idiom {
        name: "clashing",
        shape: || Shape::Value(&TEXT),
        text: "clashing = \"a\" { input.review.operation == \"CREATE\" }
            clashing = \"b\" { input.review.object.spec.hostNetwork }
            clashing = \"a\" { startswith(input.parameters.cpu, \"1\") }",
    },
    Idiom {
        name: "clash_first",
        shape: || Shape::Function(vec![&TEXT], &BOOL),
        text: "clash_value(x) = y { y := input.parameters.repos[_]; x != \"\" }
            clash_first(x) { clash_value(x); x == \"nginx\" }
            clash_first(x) { clash_value(x); input.review.operation == \"CREATE\" }
            clash_first(x) { count(clash_value(x)) > 2; not input.parameters.enabled }",
    },
    Idiom {
        name: "last_wins",
        shape: || Shape::Set(&ANY),
        text: "last_wins[y] { y := {\"msg\": input.nope, \"msg\": \"no\"} }
            last_wins[{\"msg\": sprintf(\"%v\", [input.review.nope]), \"field\": 1, \"msg\": \"yes\"}] { true }",
    },
    Idiom {
        name: "member_of_pattern",
        shape: || Shape::Set(&ANY),
        text: "singles[x] { x := {input.parameters.repos[_]} } singles[x] { x := [input.parameters.cpu] }
            member_of_pattern[y] { singles[[y]] }
            member_of_pattern[z] { singles[z]; z != {\"nginx\"} }",
    },
    Idiom {
        name: "no_parameters",
        shape: || Shape::Value(&ANY),
        text: "no_parameters_of() = x { x := input.parameters.max } no_parameters = y { y := no_parameters_of() }",
    },
    Idiom {
        name: "waits",
        shape: || Shape::Set(&ANY),
        text: "waits[m] { m = x[_]; x = {input.parameters.cpu, \"1\"} - {c}; c = input.parameters.repos[_] }",
    },
];

impl Writer {
    /// Returns the rules of an idiom that the policy does not have yet.
    pub(super) fn idiom(&mut self) -> Vec<Rule> {
        let idiom = &IDIOMS[self.draw.below(IDIOMS.len())];
        if self.rules.iter().any(|rule| rule.path == idiom.name) {
            return Vec::new();
        }
        let text = format!("package idiom\n{}", idiom.text);
        let Ok(module) = parse::module(SourceId(0), &text, RegoVersion::V0) else {
            return Vec::new();
        };
        let uses_deprecated = ["any(", "re_match("].iter().any(|name| idiom.text.contains(name));
        if self.style.strict() && uses_deprecated {
            return Vec::new();
        }
        self.rules.push(Signature { path: idiom.name.to_owned(), shape: (idiom.shape)() });
        let mut rules = module.rules;
        for rule in &mut rules {
            self.restyle(rule);
        }
        rules
    }

    /// Changes a rule of v0 to the policy's language.
    fn restyle(&mut self, rule: &mut Rule) {
        if !self.style.strict() {
            return;
        }
        rule.head.uses_if = !rule.bodies.is_empty();
        for branch in &mut rule.branches {
            branch.uses_if = branch.body.is_some();
        }
        if let HeadKind::Set { contains, .. } = &mut rule.head.kind {
            *contains = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_idiom_parses_and_has_rules_of_its_name() {
        for idiom in IDIOMS {
            let text = format!("package idiom\n{}", idiom.text);
            let module = parse::module(SourceId(0), &text, RegoVersion::V0);
            let module = module.unwrap_or_else(|errors| panic!("{}: {errors}", idiom.name));
            let named =
                module.rules.iter().filter(|rule| *rule.head.reference.name.text == *idiom.name);
            let function = |rule: &Rule| matches!(rule.head.kind, HeadKind::Function { .. });
            let is_function = matches!((idiom.shape)(), Shape::Function(..));
            assert!(named.clone().count() > 0, "{}", idiom.name);
            assert!(named.clone().all(|rule| function(rule) == is_function), "{}", idiom.name);
        }
    }
}
