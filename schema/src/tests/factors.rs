//! Factors of `multipleOf`.

use super::says;

#[test]
fn a_factor_that_is_not_positive_fits_no_number() {
    for (factor, number) in [("0", "4"), ("0", "0"), ("-2", "4"), ("-0.5", "1.5")] {
        let schema = format!(
            r#"{{"type": "object", "properties": {{"n": {{"type": "number", "multipleOf": {factor}}}}}}}"#
        );
        let expected = format!(
            "n: Invalid value: {factor}: factor MultipleOf declared for spec.parameters.n must be \
             positive: {factor}"
        );
        says(&schema, &format!(r#"{{"n": {number}}}"#), &[&expected]);
        says(&schema, "{}", &[]);
    }
}
