//! The builtins.

use super::{emit, read};
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::json::{self, Escape};
use crate::value::Value;

/// The error for YAML that OPA reads and the runtime does not.
const TOO_DEEP: BuiltinError<'static> =
    BuiltinError { code: ErrorCode::Internal, message: "the YAML document is nested too deep" };

/// Implements `yaml.marshal(value)`.
pub fn marshal<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    // OPA converts the value to JSON first, which makes sets arrays and keys strings. It then reads
    // that JSON as YAML, which rejects control characters and keys that are too long.
    let json = json::in_arena(env.arena, &operand::at(operands, 1), Escape::Html);
    // This fails too if the text exceeds the budget.
    env.charge(json.len().max(1))?;
    match emit::document(json) {
        Ok(text) => Ok(Some(Value::String(env.arena.string(&text)))),
        Err(error) => Err(env.fail(format_args!("{error}"))),
    }
}

/// Implements `yaml.unmarshal(text)`, which returns the first document.
pub fn unmarshal<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    match read::parse(env.arena, text) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_limit => Err(TOO_DEEP),
        Err(error) => Err(env.fail(format_args!("{error}"))),
    }
}

/// Implements `yaml.is_valid(text)`, which is `false` if `text` is not a string.
pub fn is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let Some(text) = operand::text(env, operands, 1)? else {
        return Ok(Some(Value::Bool(false)));
    };
    match read::parse(env.arena, text) {
        Err(error) if error.is_limit => Err(TOO_DEEP),
        result => Ok(Some(Value::Bool(result.is_ok()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[track_caller]
    fn reads(yaml: &str, expected: &str) {
        let arena = Arena::new();
        let result = match read::parse(&arena, yaml) {
            Ok(value) => json::to_string(&value, Escape::Plain),
            Err(error) => error.to_string(),
        };
        assert_eq!(result, expected, "{yaml}");
    }

    #[track_caller]
    fn writes(value: &str, expected: &str) {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let value = json::parse(&arena, arena.string(value).as_bytes()).expect("test JSON");
        assert_eq!(marshal(&env, &[value]), Ok(Some(Value::String(expected))));
        assert_eq!(unmarshal(&env, &[Value::String(arena.string(expected))]), Ok(Some(value)));
    }

    #[test]
    fn scalars_have_the_types_of_opa() {
        reads("[yes, Off, ~, null, 'yes', !!str 1]", r#"["yes","Off",null,null,"yes","1"]"#);
        reads("[1, -1, +1, 1_000, 0x1F, 0b11, 010, 0o10]", "[1,-1,1,1000,31,3,8,8]");
        reads("[1.0, 1.50, 1e3, .5, 1e30, 1e-7]", "[1,1.5,1000,0.5,1e+30,1e-7]");
        reads(
            "[18446744073709551615, 18446744073709551616]",
            "[18446744073709551615,18446744073709552000]",
        );
        reads("[1.2.3, 2001-01-01, 0x, 08, 1:30]", r#"["1.2.3","2001-01-01","0x",8,"1:30"]"#);
        reads("{1: a, 1.5: b, true: c, ~x: d}", r#"{"1":"a","1.5":"b","true":"c","~x":"d"}"#);
        reads(".nan", "yaml: json: unsupported value: NaN");
    }

    #[test]
    fn collections_anchors_and_documents() {
        reads("", "null");
        reads("a: 1\n---\nb: 2", r#"{"a":1}"#);
        reads("a: 1\n---\nb: [", "yaml: line 3: did not find expected node content");
        reads(
            "a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: *x",
            r#"{"a":{"p":1,"q":2},"b":{"p":1,"q":3},"c":{"p":1,"q":2}}"#,
        );
        reads("a: |\n  x\n  y\nb: >\n  x\n  y\n", r#"{"a":"x\ny\n","b":"x y\n"}"#);
        reads("[1,2,3", "yaml: line 1: did not find expected ',' or ']'");
        reads("<<: 1", "yaml: map merge requires map or sequence of maps as the value");
        let mut lines = vec!["a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned()];
        for (other, own) in ('a'..='j').zip('b'..='k') {
            let aliases = format!("*{other},").repeat(8);
            lines.push(format!("{own}: &{own} [{aliases}]\n"));
        }
        reads(&lines.concat(), "yaml: document contains excessive aliasing");
        assert!(read::parse(&Arena::new(), &"[".repeat(100_000)).is_err());
    }

    /// OPA reads 10,000 levels, so that no answer is right.
    #[test]
    fn documents_beyond_the_limit_of_depth_stop_the_evaluation() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let nested = |levels: usize| {
            let text = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            [Value::String(arena.string(&text))]
        };
        let most = json::MAX_DEPTH;
        assert_eq!(is_valid(&env, &nested(most)), Ok(Some(Value::Bool(true))));
        assert_eq!(is_valid(&env, &nested(most + 1)), Err(TOO_DEEP));
        assert_eq!(unmarshal(&env, &nested(most + 1)), Err(TOO_DEEP));
    }

    #[test]
    fn text_is_go_yamls() {
        writes(
            r#"{"b":[1,{"c":null,"d":[]}],"a":{"x":{}}}"#,
            "a:\n  x: {}\nb:\n  - 1\n  - c: null\n    d: []\n",
        );
        writes("[[1,[true]],[]]", "- - 1\n  - - true\n- []\n");
        writes(r#"{"k10":1,"k9":2,"K":3,"1":4}"#, "\"1\": 4\nK: 3\nk9: 2\nk10: 1\n");
        writes(
            r#"["", "yes", "1", "a: b", "- x", " x", "it's", "a#b", "a #b", "\t", "é", "😀", "x\ny", "x\n\n", "\nx"]"#,
            "- \"\"\n- \"yes\"\n- \"1\"\n- 'a: b'\n- '- x'\n- ' x'\n- it's\n- a#b\n- 'a #b'\n- \"\\t\"\n- é\n\
             - \"\\U0001F600\"\n- |-\n  x\n  y\n- |+\n  x\n\n- |2-\n\n  x\n",
        );
        writes("[1e+30,1.5,1e+06]", "- 1e+30\n- 1.5\n- 1e+06\n");
        let words = "word ".repeat(20);
        let words = words.trim();
        writes(&format!("{{\"a\":\"{words}\"}}"), &format!("a: {words}\n"));
    }
}
