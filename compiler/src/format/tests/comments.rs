use super::{v0, v1};

#[test]
fn comments_stay_at_their_lines() {
    v0(
        "# above\np { # head\n  # body\n  x # end\n  # last\n}\n# below",
        "# above\np { # head\n\t# body\n\tx # end\n\t# last\n}\n\n# below",
    );
    v1("p := [ # a\n1, # b\n# c\n2 ] # d", "p := [ # a\n1, # b\n# c\n2 ] # d");
    v1("p := [\n1, # b\n# c\n2,\n] # d", "p := [\n\t1, # b\n\t# c\n\t2,\n] # d");
    v0("p { x }\n# between\nelse = 1 { y }", "p {\n\tx\n}\n\n# between\nelse = 1 {\n\ty\n}");
}

#[test]
fn metadata_blocks_stay_apart() {
    v1(
        "# METADATA\n# title: a\n# METADATA\n# title: b\np := 1",
        "# METADATA\n# title: a\n\n# METADATA\n# title: b\np := 1",
    );
}

#[test]
fn a_list_with_comments_between_its_elements_stays_as_it_is() {
    v0(
        "violation[{\"msg\": msg,\n# why\n\"details\": {}}] {\n msg := \"\"\n}",
        "violation[{\n\t\"msg\": msg,\n\t# why\n\t\"details\": {},\n}] {\n\tmsg := \"\"\n}",
    );
    // OPA loses the bracket after the key.
    v0(
        "violation[{\"msg\": msg, \"details\": {\n\t\"a\": 1, # why\n}}] {\n\tmsg := \"\"\n}",
        "violation[{\"msg\": msg, \"details\": {\n\t\"a\": 1, # why\n}}] {\n\tmsg := \"\"\n}",
    );
}

#[test]
fn a_rule_whose_comments_would_be_lost_stays_as_it_is() {
    // OPA joins the two comments.
    let rule = "f(\"x\") =  # one\n    # two\n  g(y)";
    v0(rule, rule);
}
