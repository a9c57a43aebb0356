use super::*;

fn value<'a>(arena: &'a Arena, text: &'a str) -> Value<'a> {
    json::parse(arena, text.as_bytes()).expect("JSON")
}

fn admission(request: &str) -> String {
    format!(
        r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {request}}}"#
    )
}

fn faults(text: &str) -> Vec<String> {
    let arena = Arena::new();
    match Review::from_bytes(&arena, text.as_bytes(), Numbers::Exact) {
        Ok(review) => panic!("{review:?}"),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_plain_object_is_a_request_that_nobody_sent() {
    let arena = Arena::new();
    let object = r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}}"#;
    let review = Review::from_object(&arena, value(&arena, object), None, Numbers::Exact);
    let review = review.expect("an object");
    let expected = r#"{
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"}, "name": "d",
        "namespaceObject": {}, "oldObject": null, "operation": "", "options": null,
        "resource": {"group": "", "version": "", "resource": ""}, "uid": "", "userInfo": {},
        "object": {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}}
    }"#;
    assert_eq!(review.value(), value(&arena, expected));
    let candidate = review.candidate();
    assert_eq!((candidate.group, candidate.kind, candidate.namespace), ("apps", "Deployment", ""));
    assert_eq!(review.generated().candidate().source, Source::Generated);
}

#[test]
fn the_namespace_of_an_object_is_seen_where_it_is_given() {
    let arena = Arena::new();
    let object = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "n"}}"#;
    let namespace = value(&arena, r#"{"kind": "Namespace", "metadata": {"name": "n"}}"#);
    let object = value(&arena, object);
    let review = Review::from_object(&arena, object, Some(namespace), Numbers::Exact);
    let review = review.expect("an object");
    assert_eq!(review.value().get_str("namespaceObject"), Some(namespace));
    assert_eq!(review.value().get_str("namespace"), Some(Value::String("n")));
    assert_eq!(review.value().get_str("name"), None);
    assert_eq!(review.candidate().namespace_object, Some(namespace));
    let unknown = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
    assert_eq!(unknown.with_namespace_object(&arena, namespace).value(), review.value());
}

#[test]
fn a_request_is_completed_as_go_writes_it() {
    let arena = Arena::new();
    let text = admission(
        r#"{"uid": "u1", "kind": {"version": "v1", "kind": "Pod"}, "name": "", "operation": "CREATE",
            "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "n"}}}"#,
    );
    let review = Review::from_bytes(&arena, text.as_bytes(), Numbers::Exact).expect("a review");
    let expected = r#"{
        "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespaceObject": {},
        "oldObject": null, "operation": "CREATE", "options": null, "uid": "u1", "userInfo": {},
        "resource": {"group": "", "version": "", "resource": ""},
        "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "n"}}
    }"#;
    assert_eq!(review.value(), value(&arena, expected));
    assert_eq!((review.uid(), review.candidate().namespace), ("u1", "n"));
}

#[test]
fn what_is_deleted_is_the_object() {
    let arena = Arena::new();
    let old = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}"#;
    let text = admission(&format!(r#"{{"operation": "DELETE", "oldObject": {old}}}"#));
    let review = Review::from_bytes(&arena, text.as_bytes(), Numbers::Exact).expect("a review");
    assert_eq!(review.value().get_str("object"), Some(value(&arena, old)));
    assert_eq!(review.value().get_str("oldObject"), Some(value(&arena, old)));
    assert_eq!(review.candidate().object, Some(value(&arena, old)));
    let text = admission(r#"{"operation": "DELETE", "object": {"kind": "Pod"}}"#);
    assert_eq!(faults(&text), ["invalid object: request: a DELETE must have an oldObject"]);
}

#[test]
fn unknown_fields_are_dropped_and_named() {
    let arena = Arena::new();
    let text = admission(
        r#"{"object": {"kind": "Pod", "foo": 1}, "objekt": 1, "kind": {"Kind": "Pod", "group": ""},
            "operation": "CREATE", "userInfo": {"username": "u", "zone": "z"}}"#,
    );
    let review = Review::from_bytes(&arena, text.as_bytes(), Numbers::Exact).expect("a review");
    let unknown = ["request.objekt", "request.kind.Kind", "request.userInfo.zone"];
    assert_eq!(review.unknown_fields(), unknown);
    let known = text.replace(r#""objekt": 1, "#, "").replace(r#""Kind": "Pod", "#, "");
    let known = known.replace(r#", "zone": "z""#, "");
    let same = Review::from_bytes(&arena, known.as_bytes(), Numbers::Exact).expect("a review");
    assert_eq!(same.unknown_fields(), [""; 0]);
    assert_eq!(review.value(), same.value());
    let wrong = admission(r#"{"object": {"kind": "Pod"}, "objekt": 1, "userInfo": [], "name": 1}"#);
    let expected = [
        "invalid object: request.name: expected a string, found number",
        "invalid object: request.userInfo: expected an object, found array",
    ];
    assert_eq!(faults(&wrong), expected);
}

#[test]
fn parts_of_a_request_are_written_as_go_writes_them() {
    let arena = Arena::new();
    let part = |request: &str, part: &str| {
        let text = admission(&format!(r#"{{"object": {{"kind": "Pod"}}, {request}}}"#));
        let review = Review::from_bytes(&arena, arena.string(&text).as_bytes(), Numbers::Exact);
        review.expect(request).value().get_str(part).map(|part| part.to_string())
    };
    let all = r#"{"extra": {"a": [], "b": ["c"]}, "groups": ["g"], "uid": "u", "username": "n"}"#;
    for (given, written) in [
        ("null", "{}"),
        ("{}", "{}"),
        (r#"{"groups": null}"#, "{}"),
        (r#"{"groups": [], "extra": {}, "uid": "", "username": ""}"#, "{}"),
        (r#"{"groups": ["a", null]}"#, r#"{"groups": ["a", ""]}"#),
        (r#"{"extra": {"a": null, "b": [null]}}"#, r#"{"extra": {"a": null, "b": [""]}}"#),
        (all, all),
    ] {
        let request = format!(r#""userInfo": {given}"#);
        assert_eq!(part(&request, "userInfo").as_deref(), Some(written), "{given}");
    }
    let pod = r#"{"group": "", "kind": "Pod", "version": ""}"#;
    for field in ["kind", "requestKind"] {
        for given in [r#"{"kind": "Pod"}"#, r#"{"group": null, "kind": "Pod", "version": null}"#] {
            let written = part(&format!(r#""{field}": {given}"#), field);
            assert_eq!(written.as_deref(), Some(pod), "{field}: {given}");
        }
    }
    let none = r#"{"group": "", "resource": "", "version": ""}"#;
    assert_eq!(part(r#""requestResource": {}"#, "requestResource").as_deref(), Some(none));
    for absent in ["requestKind", "requestResource", "dryRun", "name", "subResource"] {
        assert_eq!(part(&format!(r#""{absent}": null"#), absent), None);
    }
    assert_eq!(part(r#""dryRun": false"#, "dryRun").as_deref(), Some("false"));
}

#[test]
fn fields_of_a_request_have_the_types_of_go() {
    for (request, fault) in [
        (r#""dryRun": "true""#, "dryRun: expected a boolean, found string"),
        (r#""kind": {"group": 1}"#, "kind.group: expected a string, found number"),
        (r#""requestResource": []"#, "requestResource: expected an object, found array"),
        (r#""userInfo": {"username": 3}"#, "userInfo.username: expected a string, found number"),
        (r#""userInfo": {"groups": "a"}"#, "userInfo.groups: expected an array, found string"),
        (r#""userInfo": {"groups": [{}]}"#, "userInfo.groups[0]: expected a string, found object"),
        (r#""userInfo": {"extra": []}"#, "userInfo.extra: expected an object, found array"),
        (
            r#""userInfo": {"extra": {"a": ""}}"#,
            "userInfo.extra.a: expected an array, found string",
        ),
        (r#""uid": 1"#, "uid: expected a string, found number"),
    ] {
        let text = admission(&format!(r#"{{"object": {{"kind": "Pod"}}, {request}}}"#));
        assert_eq!(faults(&text), [format!("invalid object: request.{fault}")], "{request}");
    }
}

#[test]
fn a_request_without_what_is_judged_is_refused() {
    let nothing =
        "invalid object: request: the AdmissionRequest has no object or oldObject to review";
    assert_eq!(faults(&admission(r#"{"object": null}"#)), [nothing]);
    assert_eq!(
        faults(&admission(r#"{"object": {"metadata": {}}}"#)),
        ["invalid object: request.object.kind: the object has no kind"]
    );
    assert_eq!(
        faults(r#"{"apiVersion": "admission.k8s.io/v1beta1"}"#),
        ["invalid object: request: the AdmissionReview has no request"]
    );
    assert_eq!(faults("{")[..], ["invalid object: the JSON value is not complete at byte 1"]);
    assert!(faults(r#"{"apiVersion": "v1"}"#)[0].contains("admission.k8s.io/v1beta1"));
}

#[test]
fn numbers_go_through_doubles_where_that_is_asked_for() {
    let arena = Arena::new();
    let object = r#"{"kind": "Pod", "n": [1234567, 1.0, 5, 9007199254740993]}"#;
    let numbers = |numbers| {
        let review = Review::from_object(&arena, value(&arena, object), None, numbers);
        review.expect("an object").value().path(&["object", "n"]).expect("there").to_string()
    };
    assert_eq!(numbers(Numbers::Exact), "[1234567, 1.0, 5, 9007199254740993]");
    assert_eq!(numbers(Numbers::Float64), "[1.234567e+06, 1, 5, 9.007199254740992e+15]");
    let huge = value(&arena, r#"{"kind": "Pod", "n": 1e999}"#);
    let faults = Review::from_object(&arena, huge, None, Numbers::Float64).expect_err("too large");
    assert_eq!(
        faults.as_slice()[0].to_string(),
        "invalid object: n: the number 1e999 is too large for a double"
    );
}
