//! Prints a program as stable text, which `ferrego plan` shows and snapshots hold.

mod expr;

use std::fmt::{self, Write as _};
use std::sync::Arc;

use ferrego_runtime::builtins::prepare::Place;

use crate::ir::{
    Block, CollectKind, Condition, ContextId, Leaf, LocalId, Lookup, Pattern, Program, Replacement,
    ReturnKind, Statement, Yield, visit,
};
use expr::{ExprPrinter, context_suffix};

/// Returns the text of a program: its functions in order, one statement per line, with blocks
/// indented.
pub fn program(program: &Program) -> String {
    let mut text = String::new();
    for path in program.projection.paths() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "reads input{path}");
    }
    for (index, pattern) in program.patterns.iter().enumerate() {
        let _ = writeln!(text, "pattern {} {}", index + 1, self::pattern(pattern));
    }
    for function in &program.functions {
        if !text.is_empty() {
            text.push('\n');
        }
        let exprs = ExprPrinter { program, function };
        let mut printer = Printer { exprs, text: &mut text, depth: 0 };
        let _ = printer.function();
    }
    text
}

/// A printer of the statements of one function.
struct Printer<'p> {
    exprs: ExprPrinter<'p>,
    text: &'p mut String,
    depth: usize,
}

impl Printer<'_> {
    fn function(&mut self) -> fmt::Result {
        let function = self.exprs.function;
        let parameters: Vec<_> =
            function.parameters.iter().map(|&id| self.exprs.local(id)).collect();
        let gives = match function.returns {
            ReturnKind::Maybe => "maybe".to_owned(),
            ReturnKind::Value => "value".to_owned(),
            ReturnKind::Truth => "truth".to_owned(),
            ReturnKind::Rows(width) => format!("rows of {width}"),
        };
        write!(self.text, "fn {}({}) -> {gives}", function.name, parameters.join(", "))?;
        if !function.fallible {
            self.text.push_str(" infallible");
        }
        if function.keyed {
            self.text.push_str(" keyed");
        }
        if let Some(cell) = function.memo {
            write!(self.text, " memo {cell}")?;
        }
        if let Some(replaceable) = &function.replaceable {
            let slots: Vec<_> = replaceable.slots.iter().map(|slot| slot.0.to_string()).collect();
            write!(self.text, " unless replaced by {}", slots.join(", "))?;
        }
        self.text.push('\n');
        self.block(&function.body)
    }

    fn block(&mut self, block: &Block) -> fmt::Result {
        self.depth += 1;
        for statement in &block.0 {
            self.statement(statement)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn line(&mut self, line: &str) -> fmt::Result {
        writeln!(self.text, "{:indent$}{line}", "", indent = self.depth * 2)
    }

    fn statement(&mut self, statement: &Statement) -> fmt::Result {
        match statement {
            Statement::Test(condition) => self.test(condition, "test"),
            Statement::With { context, parent, replacements, .. } => {
                self.with(*context, *parent, replacements)
            }
            Statement::Switch { on, arms } => {
                self.line(&format!("switch {}", self.exprs.expr(on)))?;
                self.depth += 1;
                for (text, body) in arms {
                    self.line(&format!("on {text:?}"))?;
                    self.block(body)?;
                }
                self.depth -= 1;
                Ok(())
            }
            Statement::Lazy { local, before, value } => {
                self.line(&format!("lazy {}", self.exprs.local(*local)))?;
                self.block(before)?;
                self.depth += 1;
                self.line(&format!("make {}", self.exprs.expr(value)))?;
                self.depth -= 1;
                Ok(())
            }
            _ => {
                self.line(&self.header(statement))?;
                let mut result = Ok(());
                visit::inner(statement, &mut |body| {
                    if result.is_ok() {
                        result = self.block(body);
                    }
                });
                result
            }
        }
    }

    /// The line of a statement without its blocks.
    fn header(&self, statement: &Statement) -> String {
        match statement {
            Statement::Let { local, value } => {
                format!("let {} = {}", self.exprs.local(*local), self.exprs.expr(value))
            }
            Statement::Bind { local, value } => {
                format!("bind {} = {}", self.exprs.local(*local), self.exprs.expr(value))
            }
            Statement::LetOption { local, value } => {
                format!("let option {} = {}", self.exprs.local(*local), self.exprs.expr(value))
            }
            Statement::Destructure { items, of } => {
                let items: Vec<_> = items.iter().map(|&item| self.exprs.local(item)).collect();
                format!("bind [{}] = {}", items.join(", "), self.exprs.expr(of))
            }
            Statement::Each { key, value, of, lookup, .. } => {
                let lookup = lookup.as_deref().map(|lookup| self.lookup(lookup));
                let (key, value) = (self.exprs.optional(*key), self.exprs.optional(*value));
                format!(
                    "each {key}, {value} in {}{}",
                    self.exprs.expr(of),
                    lookup.unwrap_or_default()
                )
            }
            Statement::Rows { locals, function, arguments, context, .. } => {
                let locals: Vec<_> =
                    locals.iter().map(|&local| self.exprs.optional(local)).collect();
                let name = &self.exprs.program.function(*function).name;
                let (arguments, context) = (self.exprs.list(arguments), context_suffix(*context));
                format!("rows {} in {name}({arguments}){context}", locals.join(", "))
            }
            Statement::Region { context } => format!("region -> @{}", context.0),
            Statement::Collect { local, kind, context, .. } => {
                self.collect(*local, *kind) + &context_suffix(*context)
            }
            Statement::Single { local, function, .. } => {
                let kind = if *function { "function" } else { "rule" };
                format!("single {} of {kind}", self.exprs.local(*local))
            }
            Statement::First { local, .. } => format!("first {}", self.exprs.local(*local)),
            Statement::Walk { value, of, context, .. } => {
                let context = context_suffix(*context);
                format!("walk {} in {}{context}", self.exprs.local(*value), self.exprs.expr(of))
            }
            Statement::WalkPath(path) => format!("path {}", self.exprs.local(*path)),
            Statement::Fused { pass, count, .. } => {
                format!("fused {} of {count}", self.exprs.local(*pass))
            }
            Statement::Scope { .. } => "scope".to_owned(),
            Statement::Yield(given) => self.given(given),
            Statement::Test(_)
            | Statement::With { .. }
            | Statement::Switch { .. }
            | Statement::Lazy { .. } => String::new(),
        }
    }

    fn collect(&self, local: LocalId, kind: CollectKind) -> String {
        let kind = match kind {
            CollectKind::Array => "array",
            CollectKind::Set => "set",
            CollectKind::Multiset => "multiset",
            CollectKind::Object => "object",
            CollectKind::Document => "document",
            CollectKind::GroundDocument => "ground document",
        };
        let read = self.exprs.function.multisets.get(&local).filter(|_| kind == "multiset");
        let read = read.map(|keys| format!(" read at {}", keys.join(", ")));
        format!("collect {kind} {}{}", self.exprs.local(local), read.unwrap_or_default())
    }

    fn lookup(&self, lookup: &Lookup) -> String {
        let keys = self.exprs.program.joins.get(lookup.join.0);
        let keys = keys.map_or("?", |join| &self.exprs.program.function(join.keys).name);
        format!(" with {keys} {}", self.exprs.expr(&lookup.wanted))
    }

    fn test(&mut self, condition: &Condition, word: &str) -> fmt::Result {
        match condition {
            Condition::Exists(block) => {
                self.line(&format!("{word} exists"))?;
                self.block(block)
            }
            Condition::Not(inner) if matches!(**inner, Condition::Exists(_)) => {
                self.test(inner, &format!("{word} not"))
            }
            _ => {
                let line = format!("{word} {}", self.exprs.condition(condition));
                self.line(&line)
            }
        }
    }

    fn with(
        &mut self,
        context: ContextId,
        parent: ContextId,
        replacements: &[Replacement],
    ) -> fmt::Result {
        let replacements: Vec<_> = replacements
            .iter()
            .map(|replacement| match replacement {
                Replacement::Input(path, value) => {
                    format!("{} as {}", dotted("input", path), self.exprs.expr(value))
                }
                Replacement::Data(path, slot, value) => {
                    format!(
                        "{} (slot {}) as {}",
                        dotted("data", path),
                        slot.0,
                        self.exprs.expr(value)
                    )
                }
                Replacement::FunctionValue(slot, value) => {
                    format!("function slot {} as {}", slot.0, self.exprs.expr(value))
                }
                Replacement::FunctionCall(slot, callee, _) => {
                    format!("function slot {} as {}", slot.0, self.exprs.callee(*callee))
                }
            })
            .collect();
        let parent = context_suffix(parent);
        let line = format!("with{parent} -> @{}: {}", context.0, replacements.join(", "));
        self.line(&line)
    }

    fn given(&self, given: &Yield) -> String {
        match given {
            Yield::Return(value) => format!("return {}", self.exprs.expr(value)),
            Yield::Single { value, .. } => format!("offer {}", self.exprs.expr(value)),
            Yield::Member(value) => format!("add {}", self.exprs.expr(value)),
            Yield::Pair { key, value } => {
                format!("add {}: {}", self.exprs.expr(key), self.exprs.expr(value))
            }
            Yield::Entry { keys, leaf, .. } => {
                let keys = self.exprs.list(keys);
                match leaf {
                    Leaf::Value(value) => format!("put [{keys}] = {}", self.exprs.expr(value)),
                    Leaf::Member(value) => {
                        format!("put [{keys}] contains {}", self.exprs.expr(value))
                    }
                }
            }
            Yield::First(value) => format!("take {}", self.exprs.expr(value)),
            Yield::Row(values) => format!("row {}", self.exprs.list(values)),
            Yield::Found => "found".to_owned(),
            Yield::Noted => "note".to_owned(),
        }
    }
}

/// Prints a pattern: the literal and its translation.
fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Texts { source, texts } => {
            let place = match texts.place {
                Place::Anywhere => "anywhere",
                Place::Start => "at the start",
                Place::End => "at the end",
                Place::Whole => "as a whole",
            };
            format!("regex {source:?}: {:?} {place}", texts.texts)
        }
        Pattern::Regex { source, regex } => format!("regex {source:?} as {:?}", regex.pattern),
        Pattern::Glob { source, delimiters } => format!("glob {source:?} between {delimiters:?}"),
    }
}

fn dotted(root: &str, path: &[Arc<str>]) -> String {
    path.iter().fold(root.to_owned(), |text, key| format!("{text}.{key}"))
}
