use crate::parse;

#[test]
fn prints_single_nodes() {
    let text = "-(1 + 2) * {\"a\": [x | x := y[_]]}";
    assert!(parse::term(text).is_err(), "only names can be negated");
    let text = "(1 + 2) * {\"a\": [x | x := y[_]]}";
    let term = parse::term(text).unwrap();
    assert_eq!(super::term(&term), text);
}
