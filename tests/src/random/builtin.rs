//! Calls of builtins that templates use rarely.

use ferrego_compiler::ast::Term;

use super::schema::{ANY, LABELS, LIST, MAP, NUMBER, NUMBERS, Schema, TEXT, TEXT_SET, TEXTS};
use super::tree::call;
use super::writer::Writer;

/// The name of a builtin, with the shapes of its operands and of its result.
type Signature = (&'static str, &'static [&'static Schema], &'static Schema);

/// Pure builtins whose result does not depend on the machine.
const BUILTINS: &[Signature] = &[
    ("array.flatten", &[&LIST], &LIST),
    ("array.slice", &[&TEXTS, &NUMBER, &NUMBER], &TEXTS),
    ("base64.decode", &[&TEXT], &TEXT),
    ("base64.is_valid", &[&TEXT], &super::schema::BOOL),
    ("base64url.encode", &[&TEXT], &TEXT),
    ("base64url.encode_no_pad", &[&TEXT], &TEXT),
    ("base64url.decode", &[&TEXT], &TEXT),
    ("hex.encode", &[&TEXT], &TEXT),
    ("hex.decode", &[&TEXT], &TEXT),
    ("urlquery.decode", &[&TEXT], &TEXT),
    ("urlquery.encode_object", &[&LABELS], &TEXT),
    ("urlquery.decode_object", &[&TEXT], &ANY),
    ("json.unmarshal", &[&TEXT], &ANY),
    ("json.filter", &[&MAP, &TEXTS], &MAP),
    ("json.remove", &[&MAP, &TEXTS], &MAP),
    ("yaml.marshal", &[&ANY], &TEXT),
    ("yaml.unmarshal", &[&TEXT], &ANY),
    ("yaml.is_valid", &[&TEXT], &super::schema::BOOL),
    ("object.keys", &[&LABELS], &TEXT_SET),
    ("object.get", &[&MAP, &TEXTS, &ANY], &ANY),
    ("object.subset", &[&LABELS, &LABELS], &super::schema::BOOL),
    ("object.union_n", &[&LIST], &ANY),
    ("strings.count", &[&TEXT, &TEXT], &NUMBER),
    ("strings.replace_n", &[&LABELS, &TEXT], &TEXT),
    ("strings.render_template", &[&TEXT, &LABELS], &TEXT),
    ("indexof_n", &[&TEXT, &TEXT], &NUMBERS),
    ("substring", &[&TEXT, &NUMBER, &NUMBER], &TEXT),
    ("trim_left", &[&TEXT, &TEXT], &TEXT),
    ("bits.or", &[&NUMBER, &NUMBER], &NUMBER),
    ("bits.xor", &[&NUMBER, &NUMBER], &NUMBER),
    ("bits.lsh", &[&NUMBER, &NUMBER], &NUMBER),
    ("bits.rsh", &[&NUMBER, &NUMBER], &NUMBER),
    ("bits.negate", &[&NUMBER], &NUMBER),
    ("numbers.range_step", &[&NUMBER, &NUMBER, &NUMBER], &NUMBERS),
    ("regex.replace", &[&TEXT, &TEXT, &TEXT], &TEXT),
    ("regex.is_valid", &[&TEXT], &super::schema::BOOL),
    ("regex.find_all_string_submatch_n", &[&TEXT, &TEXT, &NUMBER], &LIST),
    ("glob.quote_meta", &[&TEXT], &TEXT),
    ("semver.is_valid", &[&TEXT], &super::schema::BOOL),
    ("semver.compare", &[&TEXT, &TEXT], &NUMBER),
    ("net.cidr_is_valid", &[&TEXT], &super::schema::BOOL),
    ("net.cidr_intersects", &[&TEXT, &TEXT], &super::schema::BOOL),
    ("time.parse_duration_ns", &[&TEXT], &NUMBER),
    ("time.date", &[&NUMBER], &NUMBERS),
    ("crypto.sha256", &[&TEXT], &TEXT),
    ("crypto.md5", &[&TEXT], &TEXT),
    ("crypto.hmac.sha256", &[&TEXT, &TEXT], &TEXT),
    ("graph.reachable", &[&MAP, &TEXT_SET], &TEXT_SET),
    ("intersection", &[&LIST], &ANY),
    ("union", &[&LIST], &ANY),
    ("sort", &[&LIST], &LIST),
];

impl Writer {
    /// Returns a call whose result has the shape `want`, if there is one.
    pub(super) fn builtin(&mut self, want: &'static Schema, depth: usize) -> Option<Term> {
        let start = self.draw.below(BUILTINS.len());
        let fit = (0..BUILTINS.len())
            .map(|step| &BUILTINS[(start + step) % BUILTINS.len()])
            .find(|(_, _, result)| want.admits(result))?;
        let (name, operands, _) = fit;
        Some(call(name, operands.iter().map(|operand| self.term(operand, depth)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferrego_runtime::builtins::lookup;

    #[test]
    fn every_builtin_exists() {
        for (name, operands, _) in BUILTINS {
            let builtin = lookup(name);
            assert!(builtin.is_some(), "{name}");
            assert!(!operands.is_empty());
        }
    }
}
