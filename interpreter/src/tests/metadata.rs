//! Tests of `rego.metadata.rule` and `rego.metadata.chain`.

use super::Question;

#[test]
fn comments_are_values() {
    let module = "# METADATA\n\
                  # title: All\n\
                  # scope: subpackages\n\
                  package a.b\n\
                  # METADATA\n\
                  # scope: document\n\
                  # description: every p\n\
                  p := \"no\" if false\n\
                  # METADATA\n\
                  # authors: [A B <a@b.c>, {name: C}]\n\
                  # related_resources: [http://x]\n\
                  # custom: {x: [1, yes]}\n\
                  p := [rego.metadata.rule(), rego.metadata.chain()]\n\
                  q := rego.metadata.rule()\n";
    let question = Question { modules: &[module], ..Question::default() };
    let rule = "{\"authors\": [{\"email\": \"a@b.c\", \"name\": \"A B\"}, {\"name\": \"C\"}], \
                \"custom\": {\"x\": [1, true]}, \"related_resources\": [{\"ref\": \"http://x\"}], \
                \"scope\": \"rule\"}";
    let path = "\"path\": [\"a\", \"b\", \"p\"]";
    let chain = format!(
        "[{{\"annotations\": {rule}, {path}}}, \
         {{\"annotations\": {{\"description\": \"every p\", \"scope\": \"document\"}}, {path}}}, \
         {{\"annotations\": {{\"scope\": \"subpackages\", \"title\": \"All\"}}, \
         \"path\": [\"a\", \"b\"]}}]"
    );
    assert_eq!(question.ask("a.b.p"), format!("[{rule}, {chain}]"));
    assert_eq!(question.ask("a.b.q"), "{}");
}

#[test]
fn later_bodies_have_no_comments_of_their_own() {
    let module = "# METADATA\n\
                  # title: One\n\
                  package t\n\
                  # METADATA\n\
                  # title: Two\n\
                  p := rego.metadata.rule().title if false\n\
                  else := count(rego.metadata.chain())\n";
    let question = Question { modules: &[module], ..Question::default() };
    assert_eq!(question.ask("t.p"), "2");
}
