//! Keywords of arrays and objects.

use super::values::check_unique;
use super::{Best, Draft, Object, Report, Step, Validator, Value, schemas, size};
use crate::builtins::schema::patterns;
use crate::builtins::schema::report::Context;

impl<'a> Validator<'_, 'a> {
    pub(super) fn array(
        self,
        keys: &Object<'a>,
        items: &[Value<'a>],
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        self.items(keys, items, context, report)?;
        if let Some(least) = size(keys, "minItems").filter(|&least| items.len() < least) {
            let message = format!("Array must have at least {least} items");
            report.add(context, "array_min_items", &message);
        }
        if let Some(most) = size(keys, "maxItems").filter(|&most| items.len() > most) {
            let message = format!("Array must have at most {most} items");
            report.add(context, "array_max_items", &message);
        }
        if let Some(Value::Bool(true)) = keys.get_str("uniqueItems") {
            check_unique(self.env, items, context, report);
        }
        if let Some(schema) = keys.get_str("contains").filter(|_| self.draft >= Draft::Six) {
            self.contains(schema, items, context, report)?;
        }
        report.score += 1;
        Ok(())
    }

    fn items(
        self,
        keys: &Object<'a>,
        items: &[Value<'a>],
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let (first, rest): (&[Value<'a>], Option<Value<'a>>) = match keys.get_str("items") {
            None | Some(Value::Array([])) => return Ok(()),
            Some(Value::Array(schemas)) => (schemas, keys.get_str("additionalItems")),
            Some(schema) => (&[], Some(schema)),
        };
        for (index, item) in items.iter().enumerate() {
            let name = index.to_string();
            match (first.get(index), rest) {
                (Some(schema), _) => {
                    report.merge(self.report(*schema, *item, &context.below(&name))?);
                }
                (None, Some(Value::Bool(false))) if !first.is_empty() => {
                    let message = "No additional items allowed on array";
                    report.add(context, "array_no_additional_items", message);
                    break;
                }
                (None, Some(schema)) => {
                    report.merge(self.report(schema, *item, &context.below(&name))?);
                }
                (None, None) => break,
            }
        }
        Ok(())
    }

    fn contains(
        self,
        schema: Value<'a>,
        items: &[Value<'a>],
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let mut best = Best::default();
        for (index, item) in items.iter().enumerate() {
            let part = self.report(schema, *item, &context.below(&index.to_string()))?;
            if part.is_valid() {
                return Ok(());
            }
            best.offer(part);
        }
        report.add(context, "contains", "At least one of the items must match");
        if let Some(best) = best.report {
            report.merge(best);
        }
        Ok(())
    }

    pub(super) fn object(
        self,
        keys: &Object<'a>,
        object: &Object<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        if let Some(least) = size(keys, "minProperties").filter(|&least| object.len() < least) {
            let message = format!("Must have at least {least} properties");
            report.add(context, "array_min_properties", &message);
        }
        if let Some(most) = size(keys, "maxProperties").filter(|&most| object.len() > most) {
            let message = format!("Must have at most {most} properties");
            report.add(context, "array_max_properties", &message);
        }
        for name in schemas(keys, "required").iter().filter_map(Value::as_str) {
            if object.get_str(name).is_some() {
                report.score += 1;
            } else {
                report.add(context, "required", &format!("{name} is required"));
            }
        }
        for (name, value) in object.pairs() {
            self.additional(keys, name.as_str().unwrap_or_default(), *value, context, report)?;
        }
        if let Some(schema) = keys.get_str("propertyNames").filter(|_| self.draft >= Draft::Six) {
            for (name, _) in object.pairs() {
                let part = self.report(schema, *name, context)?;
                if !part.is_valid() {
                    let name = name.as_str().unwrap_or_default();
                    let message = format!("Property name of \"{name}\" does not match");
                    report.add(context, "invalid_property_name", &message);
                    report.merge(part);
                }
            }
        }
        report.score += 1;
        Ok(())
    }

    /// Validates a property against `patternProperties`. If no other keyword describes the
    /// property, validates it against `additionalProperties`.
    fn additional(
        self,
        keys: &Object<'a>,
        name: &str,
        value: Value<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let mut described = matches!(keys.get_str("properties"), Some(Value::Object(known)) if known.get_str(name).is_some());
        let mut matched = false;
        if let Some(Value::Object(patterns)) = keys.get_str("patternProperties") {
            for (pattern, schema) in patterns.pairs() {
                if patterns::matches(pattern.as_str().unwrap_or_default(), name) {
                    matched = true;
                    report.merge(self.report(*schema, value, &context.below(name))?);
                }
            }
        }
        report.score += i64::from(matched);
        described |= matched;
        match keys.get_str("additionalProperties") {
            Some(Value::Bool(false)) if !described => {
                let message = format!("Additional property {name} is not allowed");
                report.add(context, "additional_property_not_allowed", &message);
            }
            Some(schema @ Value::Object(_)) if !described => {
                report.merge(self.report(schema, value, &context.below(name))?);
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn properties(
        self,
        keys: &Object<'a>,
        object: &Object<'a>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Step {
        let Some(Value::Object(properties)) = keys.get_str("properties") else {
            return Ok(());
        };
        for (name, schema) in properties.pairs() {
            let Value::String(name) = name else { continue };
            if let Some(value) = object.get_str(name) {
                self.visit(*schema, value, &context.below(name), report)?;
            }
        }
        Ok(())
    }
}
