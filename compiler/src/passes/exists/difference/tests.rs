use crate::passes::testing;
use crate::pipeline;
use crate::source::RegoVersion;

const KEYS: &str = "keys := {k | input.x[k]}";
const WANTED: &str = "wanted := {w.k | some w in input.y}";

/// Returns the number of sets that the plan of a body builds, and the test for a key in it.
fn made(body: &str) -> (usize, String) {
    let passes = testing::only(&["exists"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    let rules = format!("a if {{ {body} }}");
    let text = testing::text_of_a(&testing::plan(&rules, RegoVersion::V1, &options));
    let key = text.lines().find(|line| line.contains("key of"));
    (text.matches("collect set").count(), key.unwrap_or_default().trim().to_owned())
}

#[test]
fn keys_that_are_taken_away_are_looked_for() {
    let (sets, test) =
        made(&format!("{KEYS}; {WANTED}; missing := wanted - keys; missing != {{1}}"));
    assert_eq!((sets, &*test), (1, "test not k#4 is truthy key of input[\"x\"]"));
    let all = "keys := {k | some k, _ in input.x}";
    let (sets, test) = made(&format!("{WANTED}; {all}; count(wanted - keys) > 1"));
    assert_eq!(sets, 1, "{test}");
    assert!(test.contains(" is key of input[\"x\"]"), "{test}");
    let local =
        format!("some o in input.o; keys := {{k | o.x[k]}}; {WANTED}; count(wanted - keys) > 1");
    assert!(made(&local).1.ends_with("is truthy key of o#0[\"x\"]"), "{local}");
}

#[test]
fn sets_that_are_more_than_that_are_made() {
    for body in [
        // Read again, or read in another way.
        format!("{KEYS}; {WANTED}; wanted - keys != set(); count(keys) > 1"),
        format!("{KEYS}; {WANTED}; wanted - keys != set(); count(wanted) > 1"),
        format!("{KEYS}; {WANTED}; keys - wanted != set()"),
        format!("{KEYS}; {WANTED}; wanted & keys != set()"),
        // Keys of a collection that does not exist yet, or that is built; keys of only some values.
        format!("{WANTED}; o := input.o[_]; keys := {{k | o.x[k]}}; wanted - keys != set()"),
        format!("keys := {{k | json.unmarshal(input.x)[k]}}; {WANTED}; wanted - keys != set()"),
        format!("keys := {{k | input.x[k] == 1}}; {WANTED}; wanted - keys != set()"),
        format!("keys := {{v | v := input.x[k]}}; {WANTED}; wanted - keys != set()"),
        // The other set has computed members, or is not built here.
        format!("{KEYS}; wanted := {{[w] | some w in input.y}}; wanted - keys != set()"),
        format!("{KEYS}; input.y - keys != set()"),
    ] {
        let (_, test) = made(&body);
        assert_eq!(test, "", "{body}");
    }
}
