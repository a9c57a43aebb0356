//! Strings from computed bytes.
//!
//! OPA's strings contain any bytes, the runtime's contain UTF-8. If OPA's result would not be
//! UTF-8, the call stops the evaluation. A substitute string might equal a string that OPA's result
//! does not equal, and an undefined call might be understood as "allowed".

use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};

/// Returns `bytes` as a string.
///
/// # Errors
/// Returns an error that stops the evaluation if `bytes` are not UTF-8.
pub(super) fn string<'a>(env: &Env<'a>, bytes: &[u8]) -> Result<&'a str, BuiltinError<'a>> {
    core::str::from_utf8(bytes).map(|text| env.arena.string(text)).map_err(|_| NOT_UTF8)
}

const NOT_UTF8: BuiltinError<'_> = BuiltinError {
    code: ErrorCode::Internal,
    message: "expected a string in UTF-8, found bytes that are not UTF-8",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::lookup;
    use crate::builtins::testing::object;
    use crate::env::NoHost;
    use crate::value::Value;

    #[test]
    fn bytes_that_are_not_utf8_stop_every_evaluation() {
        let arena = Arena::new();
        let pattern = object(&arena, &[("", Value::String("."))]);
        let text = Value::String;
        let calls: &[(&str, &[Value<'_>])] = &[
            ("base64.decode", &[text("/w==")]),
            ("base64url.decode", &[text("7aCA")]),
            ("hex.decode", &[text("61c3")]),
            ("replace", &[text("é"), text(""), text(".")]),
            ("strings.replace_n", &[pattern, text("é")]),
            ("urlquery.decode", &[text("%ff")]),
            ("urlquery.decode_object", &[text("a=%ff")]),
            ("urlquery.decode_object", &[text("%ff=a")]),
        ];
        for strict in [false, true] {
            let mut env = Env::new(&arena, &NoHost);
            env.strict = strict;
            for (name, operands) in calls {
                let Some(function) = lookup(name).and_then(|row| row.function) else {
                    continue;
                };
                let error = function(&env, operands).expect_err(name);
                assert!(error.stops(strict), "{name}");
                assert!(error.message.contains("not UTF-8"), "{name}: {}", error.message);
            }
        }
    }
}
