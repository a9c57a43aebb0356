//! Validation of a document against a checked schema (`gojsonschema/validation.go`).

mod collections;
mod values;

use self::values::{check_common, check_number, check_string, check_type};
use super::document::Schema;
use super::draft::Draft;
use super::report::{Context, Report};
use crate::env::Env;
use crate::value::{Object, Value};

/// The maximum nesting depth of a validation, because a schema may refer to itself.
const MAX_DEPTH: usize = 256;

/// The error of a validation that exceeds the maximum depth.
pub(super) struct TooDeep;

type Step = Result<(), TooDeep>;

/// Returns the faults of `document` against `schema`.
pub(super) fn validate<'a>(
    env: &Env<'a>,
    schema: &Schema<'a>,
    document: Value<'a>,
) -> Result<Report, TooDeep> {
    Validator { env, schema, draft: schema.draft, depth: 0 }.report(
        schema.root,
        document,
        &Context::ROOT,
    )
}

/// A validation at a certain depth.
#[derive(Clone, Copy)]
struct Validator<'s, 'a> {
    env: &'s Env<'a>,
    schema: &'s Schema<'a>,
    /// The draft of the document that holds the current schema.
    draft: Draft,
    depth: usize,
}

impl<'a> Validator<'_, 'a> {
    /// Returns the faults of a part against a schema in a report of its own.
    fn report(
        self,
        schema: Value<'a>,
        node: Value<'a>,
        context: &Context<'_>,
    ) -> Result<Report, TooDeep> {
        let mut report = Report::default();
        self.visit(schema, node, context, &mut report)?;
        Ok(report)
    }

    fn visit(
        self,
        schema: Value<'a>,
        node: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        if self.depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let this = Validator { depth: self.depth + 1, ..self };
        let keys = match schema {
            Value::Object(keys) => keys,
            Value::Bool(false) => {
                report.add(context, "false", "False always fails validation");
                return Ok(());
            }
            _ => return Ok(()),
        };
        if let Some(Value::String(reference)) = keys.get_str("$ref") {
            // The check of the schema has resolved every reference.
            return match self.schema.pool.get(reference) {
                Some(target) => {
                    let draft = target.draft.unwrap_or(self.draft);
                    Validator { draft, ..this }.visit(target.schema, node, context, report)
                }
                None => Ok(()),
            };
        }
        if !check_type(&keys, &node, context, report) {
            return Ok(());
        }
        this.combinations(&keys, node, context, report)?;
        match node {
            Value::Number(number) => check_number(&keys, &number, context, report),
            Value::Array(items) => this.array(&keys, items, context, report)?,
            Value::Object(object) => this.object(&keys, &object, context, report)?,
            _ => {}
        }
        check_common(this, &keys, &node, context, report);
        match node {
            Value::String(text) => check_string(&keys, text, context, report),
            Value::Object(object) => this.properties(&keys, &object, context, report)?,
            _ => {}
        }
        report.score += 1;
        Ok(())
    }

    fn combinations(
        self,
        keys: &Object<'a>,
        node: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        self.any_of(keys, node, context, report)?;
        self.one_of(keys, node, context, report)?;
        let all_of = schemas(keys, "allOf");
        let mut all = true;
        for schema in all_of {
            let part = self.report(*schema, node, context)?;
            all &= part.is_valid();
            report.merge(part);
        }
        if !all {
            report.add(context, "number_all_of", "Must validate all the schemas (allOf)");
        }
        if let Some(not) = keys.get_str("not")
            && self.report(not, node, context)?.is_valid()
        {
            report.add(context, "number_not", "Must not validate the schema (not)");
        }
        self.dependencies(keys, node, context, report)?;
        self.condition(keys, node, context, report)?;
        report.score += 1;
        Ok(())
    }

    fn any_of(
        self,
        keys: &Object<'a>,
        node: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let mut best = Best::default();
        for schema in schemas(keys, "anyOf") {
            let part = self.report(*schema, node, context)?;
            if part.is_valid() {
                return Ok(());
            }
            best.offer(part);
        }
        if let Some(best) = best.report {
            let message = "Must validate at least one schema (anyOf)";
            report.add(context, "number_any_of", message);
            report.merge(best);
        }
        Ok(())
    }

    fn one_of(
        self,
        keys: &Object<'a>,
        node: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let one_of = schemas(keys, "oneOf");
        let mut best = Best::default();
        let mut valid = 0_usize;
        for schema in one_of {
            let part = self.report(*schema, node, context)?;
            if part.is_valid() {
                valid += 1;
            } else {
                best.offer(part);
            }
        }
        if !one_of.is_empty() && valid != 1 {
            let message = "Must validate one and only one schema (oneOf)";
            report.add(context, "number_one_of", message);
            if let Some(best) = best.report.filter(|_| valid == 0) {
                report.merge(best);
            }
        }
        Ok(())
    }

    fn dependencies(
        self,
        keys: &Object<'a>,
        node: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let (Some(Value::Object(dependencies)), Value::Object(object)) =
            (keys.get_str("dependencies"), node)
        else {
            return Ok(());
        };
        for (key, _) in object.pairs() {
            match key.as_str().and_then(|key| dependencies.get_str(key)) {
                None => {}
                Some(Value::Array(names)) => {
                    for name in names.iter().filter_map(Value::as_str) {
                        if object.get_str(name).is_none() {
                            let message = format!("Has a dependency on {name}");
                            report.add(context, "missing_dependency", &message);
                        }
                    }
                }
                Some(schema) => self.visit(schema, node, context, report)?,
            }
        }
        Ok(())
    }

    fn condition(
        self,
        keys: &Object<'a>,
        node: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let Some(condition) = keys.get_str("if").filter(|_| self.draft >= Draft::Seven) else {
            return Ok(());
        };
        let (branch, kind, message) = if self.report(condition, node, context)?.is_valid() {
            ("then", "condition_then", r#"Must validate "then" as "if" was valid"#)
        } else {
            ("else", "condition_else", r#"Must validate "else" as "if" was not valid"#)
        };
        if let Some(schema) = keys.get_str(branch) {
            let part = self.report(schema, node, context)?;
            if !part.is_valid() {
                report.add(context, kind, message);
                report.merge(part);
            }
        }
        Ok(())
    }
}

/// The report with the highest score among several reports with faults; the first one wins a tie.
#[derive(Default)]
struct Best {
    report: Option<Report>,
}

impl Best {
    fn offer(&mut self, report: Report) {
        if self.report.as_ref().is_none_or(|best| report.score > best.score) {
            self.report = Some(report);
        }
    }
}

fn schemas<'a>(keys: &Object<'a>, key: &str) -> &'a [Value<'a>] {
    match keys.get_str(key) {
        Some(Value::Array(items)) => items,
        _ => &[],
    }
}

fn size(keys: &Object<'_>, key: &str) -> Option<usize> {
    keys.get_str(key)?.as_index()
}
