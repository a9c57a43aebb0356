//! Tests of templates and their rendered text.

use super::*;
use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::env::{Env, NoHost};
use crate::number::Number;
use crate::value::Value;

/// Renders with `{"name": "Ann", "n": 2.50, "list": ["x", "y"], "map": {"k": true, "z": null}}`.
fn rendered(template: &str) -> Result<String, String> {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let object = |pairs: &[(&'static str, Value<'static>)]| {
        let mut object = ObjectBuilder::new(&arena);
        for (key, value) in pairs {
            object.insert(Value::String(key), *value);
        }
        object.finish()
    };
    let mut variables = ObjectBuilder::new(&arena);
    let list = arena.array(&[Value::String("x"), Value::String("y")]);
    for (key, value) in [
        ("name", Value::String("Ann")),
        ("n", Value::Number(Number::from_text("2.50"))),
        ("list", list),
        ("map", object(&[("k", Value::Bool(true)), ("z", Value::Null)])),
    ] {
        variables.insert(Value::String(key), value);
    }
    let operands = [Value::String(arena.string(template)), variables.finish()];
    match render_template(&env, &operands) {
        Ok(Some(Value::String(text))) => Ok(text.to_owned()),
        Ok(other) => Err(format!("no text: {other:?}")),
        Err(error) => Err(error.message.to_owned()),
    }
}

#[test]
fn templates_render() {
    for (template, text) in [
        ("", ""),
        ("plain } text", "plain } text"),
        ("{{.name}} {{ .n }} {{.map}}", "Ann 2.50 map[k:true z:<nil>]"),
        ("a {{- /* comment */ -}} b", "ab"),
        ("{{.nope}} {{.map.nope.deep}} {{.map.z}}", "<undefined> <undefined> <undefined>"),
        ("{{range $i, $e := .list}}{{if $i}},{{end}}{{$e}}{{end}}", "x,y"),
        ("{{range .list}}{{.}}{{else}}none{{end}}", "xy"),
        ("{{range .nope}}{{.}}{{else}}none{{end}}", "none"),
        ("{{range $k, $v := .map}}{{$k}}={{$v}};{{end}}", "k=true;z=<undefined>;"),
        ("{{range 3}}{{.}}{{if eq . 1}}{{break}}{{end}}{{end}}", "01"),
        ("{{if .nope}}a{{else if .map.k}}b{{else}}c{{end}}", "b"),
        ("{{with .map}}{{.k}}{{$.name}}{{end}}", "trueAnn"),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
        ("{{.list | len}} {{index .list 1}} {{(index .map \"k\")}}", "2 y true"),
        ("{{and .name .n}} {{or .nope \"d\"}} {{not .nope}}", "2.50 d true"),
        ("{{eq .name \"Bob\" \"Ann\"}} {{lt 1 2}} {{ne .n \"2.50\"}}", "true true false"),
        (
            "{{print 1 2 \"a\" 'b'}} {{html \"<&>\"}} {{urlquery \"a b/\"}}",
            "1 2a98 &lt;&amp;&gt; a+b%2F",
        ),
        ("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .name}}", "[Ann]"),
        ("{{block \"b\" .n}}({{.}}){{end}}", "(2.50)"),
        ("{{1e3}} {{0x10}} {{`raw`}}", "1000 16 raw"),
    ] {
        assert_eq!(rendered(template).as_deref(), Ok(text), "{template}");
    }
}

#[test]
fn faults() {
    for template in [
        "{{",
        "{{.a",
        "{{if .a}}",
        "{{end}}",
        "{{else}}",
        "{{\"a}}",
        "{{nope .a}}",
        "{{$x}}",
        "{{eq 1 \"a\"}}",
        "{{index .list 9}}",
        "{{.name.x}}",
        "{{break}}",
        "{{template \"t\"}}",
        "{{(1}}",
        "{{1)}}",
        "{{1 2}}",
    ] {
        let fault = rendered(template).expect_err(template);
        assert!(fault.starts_with("template: template:1: "), "{fault}");
    }
    let nested = format!("{}x", "{{if 1}}".repeat(1000));
    assert_eq!(
        rendered(&nested),
        Err(String::from("template: such deep nesting is not supported"))
    );
}

#[test]
fn tokens_and_terms_are_as_strict_as_go() {
    for template in [
        "{{..name}}",
        "{{range$}}x{{end}}",
        "{{and.}}",
        "{{eq..n 1}}",
        "{{range.}}{{..}}{{end}}",
        "{{ /* comment */}}",
        "{{1_}}",
        "{{1x}}",
        "{{.name.}}",
        "{{$.}}",
        "{{\"\\'\"}}",
        "{{1 | 2}}",
        "{{if .n}}{{define \"t\"}}{{end}}{{end}}",
        "{{.name\"x\"}}",
        "{{if false}}{{$x}}{{end}}",
        "{{if false}}{{nope}}{{end}}",
    ] {
        let fault = rendered(template).expect_err(template);
        assert!(fault.starts_with("template: template:1: "), "{fault}");
    }
    assert_eq!(rendered("{{if .n -}} {{ $.name }}{{end}}").as_deref(), Ok("Ann"));
}

#[test]
fn printf_writes_the_values_and_types_of_go() {
    for (template, text) in [
        ("{{printf \"%5s|%q|%x\" .name .n \"a\"}}", "  Ann|\"2.50\"|61"),
        ("{{printf \"%03d%%\" 7}}{{.list | printf \"%v\"}}", "007%[x y]"),
        ("{{printf \"%v %v\" .nope .map}}", "<nil> map[k:true z:<nil>]"),
        ("{{printf \"%d %d\" .n .nope}}", "%!d(json.Number=2.50) %!d(<nil>)"),
        ("{{printf \"%v\"}}{{printf \"\" 1 .nope}}", "%!v(MISSING)%!(EXTRA int=1, <nil>)"),
        (
            "{{printf \"%#v %#v\" .list .map}}",
            "[]interface {}{\"x\", \"y\"} \
             map[string]interface {}{\"k\":true, \"z\":interface {}(nil)}",
        ),
        (
            "{{printf \"%T %T %T %T\" 1 1.5 1i .map}}",
            "int float64 complex128 map[string]interface {}",
        ),
        ("{{printf \"%d %t\" .list true}}", "[%!d(string=x) %!d(string=y)] true"),
        ("{{printf \"%v %#v\" (index .name 0) (index .name 0)}}", "65 0x41"),
        ("{{1+2i}} {{-0i}} {{0x1p4}} {{1000000.0}}", "(1+2i) (0-0i) 16 1e+06"),
    ] {
        assert_eq!(rendered(template).as_deref(), Ok(text), "{template}");
    }
    let fault = rendered("{{printf \"%p\" .list}}").expect_err("an address");
    assert!(fault.ends_with("the address of a value is not supported"), "{fault}");
    assert!(rendered("{{printf .n}}").is_err_and(|fault| fault.starts_with("template: template:")));
}

#[test]
fn a_range_over_a_variable_declares_the_one_before() {
    let template = "{{$b := .list}}{{range $a, $b}}{{$a}}{{end}}";
    assert_eq!(rendered(template).as_deref(), Ok("xy"));
}

#[test]
fn js_escapes_for_scripts() {
    let text = rendered("{{js \"<a='\\n\\u00e9\\u200b\"}}{{js .nope}}");
    assert_eq!(text.as_deref(), Ok("\\u003Ca\\u003D\\'\\u000A\u{e9}\\u200B\\u003Cno value\\u003E"));
}

#[test]
fn print_writes_nil_and_takes_numbers_for_strings() {
    assert_eq!(rendered("{{print .nope 1 .map.z}}").as_deref(), Ok("<nil> 1 <nil>"));
    assert_eq!(rendered("{{println .nope .n}}").as_deref(), Ok("<nil> 2.50\n"));
    assert_eq!(rendered("{{print .n 1 .list}}").as_deref(), Ok("2.501 [x y]"));
    assert_eq!(rendered("{{html .nope}}").as_deref(), Ok("&lt;no value&gt;"));
}

#[test]
fn variables_that_are_not_json_as_a_rego_term_are_refused() {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let refused = |key: Value<'static>, value| {
        let mut object = ObjectBuilder::new(&arena);
        object.insert(key, value);
        render_template(&env, &[Value::String("x"), object.finish()]).is_err()
    };
    let key = Value::String("k");
    assert!(refused(Value::int(1), Value::Null) && refused(Value::Null, Value::Null));
    assert!(refused(key, Value::EMPTY_SET));
    assert!(refused(key, Value::String("\0")) && refused(key, Value::String("\u{1f}")));
    assert!(!refused(key, Value::String("\n\u{2028}")) && !refused(key, Value::EMPTY_OBJECT));
}

#[test]
fn slices_of_strings_are_in_bytes_and_cut_no_character() {
    assert_eq!(rendered("{{slice .n 1 3}}{{slice .name 2}}").as_deref(), Ok(".5n"));
    assert!(rendered("{{slice .name 2 1}}").is_err() && rendered("{{slice .name 0 1 1}}").is_err());
    let cut = rendered("{{slice \"\u{e9}\" 0 1}}");
    assert_eq!(cut, Err("template: a slice that cuts a character is not supported".to_owned()));
}

#[test]
fn nil_and_call_are_errors_where_they_are_run() {
    assert!(rendered("{{nil}}").is_err() && rendered("{{nil | len}}").is_err());
    assert!(rendered("{{call .name}}").is_err());
    assert_eq!(rendered("{{if false}}{{nil}}{{end}}{{eq .nope nil}}").as_deref(), Ok("true"));
}

#[test]
fn a_template_is_defined_once_unless_one_definition_is_empty() {
    let twice = rendered("{{define \"T\"}}a{{end}}{{define \"T\"}}b{{end}}");
    assert!(twice.is_err());
    for definitions in [
        "{{define \"T\"}} {{end}}{{define \"T\"}}b{{end}}",
        "{{define \"T\"}}b{{end}}{{define \"T\"}} {{end}}",
    ] {
        let text = rendered(&format!("{definitions}{{{{template \"T\"}}}}"));
        assert_eq!(text.as_deref(), Ok("b"), "{definitions}");
    }
}
