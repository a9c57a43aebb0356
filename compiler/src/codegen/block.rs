//! Prints blocks and statements.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::codegen::comment;
use crate::codegen::frame::{Frame, Label};
use crate::codegen::function::{FunctionPrinter, context_name, definitions};
use crate::codegen::{identifiers, plain};
use crate::ir::{Block, Condition, ContextId, Expr, LocalId, Statement, Yield};
use crate::source::Span;

impl FunctionPrinter<'_, '_> {
    /// Prints the statements of a block. Returns `true` as well if its end can be reached.
    pub(super) fn block(&mut self, block: &Block) -> (TokenStream, bool) {
        self.statements(&block.0)
    }

    /// Prints some statements of a block. Returns `true` as well if their end can be reached.
    pub(super) fn statements(&mut self, statements: &[Statement]) -> (TokenStream, bool) {
        let mut parts = Vec::with_capacity(statements.len());
        let mut continues = true;
        let outer = self.region;
        for (index, statement) in statements.iter().enumerate() {
            let rest = &statements[index..];
            if let Some(printed) = self.returned_end(rest).or_else(|| self.guarded(rest)) {
                parts.push((printed, statement));
                continues = !matches!(self.frames.last(), Some(Frame::Function));
                break;
            }
            let (printed, next) = self.statement(statement);
            parts.push((printed, statement));
            continues = next;
            if !continues {
                break;
            }
        }
        self.region = outer;
        // A context is named only if a later statement uses it, so all of them are printed first.
        let tokens = parts.into_iter().map(|(printed, statement)| match statement {
            Statement::With { context, .. } => self.bind_context(*context, &printed),
            _ => printed,
        });
        (tokens.collect(), continues)
    }

    fn bind_context(&self, context: ContextId, value: &TokenStream) -> TokenStream {
        if self.contexts.contains(&context) {
            let name = context_name(context);
            quote!(let #name = #value;)
        } else {
            quote!(let _ = #value;)
        }
    }

    fn statement(&mut self, statement: &Statement) -> (TokenStream, bool) {
        match statement {
            Statement::Let { local, value } => (self.let_value(*local, value), true),
            Statement::Bind { local, value } => (self.bind(*local, value), true),
            Statement::Test(condition) => (self.test(condition), true),
            Statement::Destructure { items, of } => (self.destructure(items, of), true),
            Statement::Each { key, value, of, lookup: None, body } => {
                (self.each(*key, *value, of, body), true)
            }
            Statement::Each { key, value, of, lookup: Some(lookup), body } => {
                let comment =
                    self.explain("The index may find other members too, so the test follows.");
                let found = self.matching(of, lookup);
                let members = self.names.unique("members");
                let (key, value) = (self.optional_binding(*key), self.optional_binding(*value));
                let body = self.loop_body(body);
                (
                    quote! {
                        #comment
                        let #members = #found;
                        for (#key, #value) in #members { #body }
                    },
                    true,
                )
            }
            Statement::Rows { locals, function, arguments, context, body } => {
                let name = self.printer.name(*function).clone();
                let arguments = self.values(arguments);
                let cx = self.context_reference(*context);
                let items: Vec<_> =
                    locals.iter().map(|local| self.optional_binding(*local)).collect();
                let charge = self.charge_row(body);
                self.frames.push(Frame::Loop);
                let (body, _) = self.block(body);
                self.frames.pop();
                let body = quote!(#charge #body);
                (quote!(for [#(#items),*] in self::#name(#cx, #(#arguments),*)? { #body }), true)
            }
            Statement::With { parent, replacements, at, .. } => {
                (self.with(*parent, replacements, *at), true)
            }
            Statement::Region { context } => (self.region(*context), true),
            Statement::Collect { local, kind, context, body, at } => {
                (self.collect((*local, *kind), *context, body, *at), true)
            }
            Statement::Single { local, body, function } => {
                (self.single(*local, body, *function), true)
            }
            Statement::First { local, body } => (self.first(*local, body), true),
            Statement::Switch { on, arms } => (self.switch(on, arms), true),
            Statement::Walk { path, value, of, context, body } => {
                (self.walk((*path, *value), of, *context, body), true)
            }
            Statement::WalkPath(path) => (self.walk_path(*path), true),
            Statement::Lazy { local, before, value } => (self.lazy(*local, before, value), true),
            Statement::Fused { pass, count, body } => (self.fused(*pass, *count, body), true),
            Statement::LetOption { local, value } => (self.let_option(*local, value), true),
            Statement::Scope { body, at } => {
                let outer = self.place.replace(*at);
                let printed = self.scope_statement(body, *at);
                self.place = outer;
                printed
            }
            Statement::Yield(given) => self.give(given),
        }
    }

    fn let_value(&mut self, local: LocalId, value: &Expr) -> TokenStream {
        let printed = self.value(value);
        if self.is_read(local) {
            let name = self.local(local);
            quote!(let #name = #printed;)
        } else {
            quote!(let _ = #printed;)
        }
    }

    fn bind(&mut self, local: LocalId, value: &Expr) -> TokenStream {
        if let Some(value) = self.certain(value) {
            let name = self.binding(local);
            return quote!(let #name = #value;);
        }
        let printed = self.option(value);
        if self.is_read(local) {
            let name = self.local(local).clone();
            self.let_some(&quote!(#name), &printed)
        } else if self.propagates() {
            quote!(#printed?;)
        } else {
            let fail = self.fail();
            quote!(if #printed.is_none() { #fail; })
        }
    }

    fn test(&mut self, condition: &Condition) -> TokenStream {
        if plain::is_true(condition) {
            return TokenStream::new();
        }
        let (before, refuted) = self.refuted(condition);
        let fail = self.fail();
        quote!(#before if #refuted { #fail; })
    }

    fn destructure(&mut self, items: &[LocalId], of: &Expr) -> TokenStream {
        let of = self.any(of);
        let items: Vec<_> = items.iter().map(|&item| self.optional_binding(Some(item))).collect();
        let count = Literal::usize_unsuffixed(items.len());
        self.let_some(&quote!([#(#items),*]), &quote!(rt::array_of::<#count>(#of)))
    }

    pub(super) fn optional_binding(&self, local: Option<LocalId>) -> TokenStream {
        match local {
            Some(local) if self.is_read(local) => {
                let name = self.local(local);
                quote!(#name)
            }
            _ => quote!(_),
        }
    }

    fn each(
        &mut self,
        key: Option<LocalId>,
        value: Option<LocalId>,
        of: &Expr,
        body: &Block,
    ) -> TokenStream {
        let of = self.any(of);
        let key = key.filter(|&key| self.is_read(key));
        let value = value.filter(|&value| self.is_read(value));
        let charge = self.charge_iteration(body);
        self.frames.push(Frame::Loop);
        let (body, continues) = self.block(body);
        self.frames.pop();
        if !continues && key.is_none() && !identifiers(&body).contains("continue") {
            // The first member decides.
            let Some(value) = value.map(|value| self.local(value)) else {
                return quote!(if rt::first_value(#of).is_some() { #body });
            };
            return quote!(if let Some(#value) = rt::first_value(#of) { #body });
        }
        let body = quote!(#charge #body);
        let (cx, place) = (self.context(self.region), self.place());
        match (key.map(|key| self.local(key)), value.map(|value| self.local(value))) {
            (Some(key), Some(value)) => {
                quote!(for (#key, #value) in #cx.pairs(#place, #of)? { #body })
            }
            (Some(key), None) => quote!(for #key in #cx.keys(#place, #of)? { #body }),
            (None, Some(value)) => quote!(for #value in #cx.values(#place, #of)? { #body }),
            (None, None) => quote!(for _ in #cx.values(#place, #of)? { #body }),
        }
    }

    pub(super) fn loop_body(&mut self, body: &Block) -> TokenStream {
        let charge = self.charge_iteration(body);
        self.frames.push(Frame::Loop);
        let (body, _) = self.block(body);
        self.frames.pop();
        quote!(#charge #body)
    }

    /// Prints a block that a failing statement leaves. The block has a label only if a jump uses
    /// it.
    pub(super) fn scope(&mut self, name: &str, block: &Block) -> TokenStream {
        let label = self.label(name);
        self.labeled(block, label).0
    }

    fn scope_parts(&mut self, block: &Block, at: Span) -> (TokenStream, bool) {
        // The first of several definitions in the scope has the name of its line.
        let name = if is_first(block) || definitions(block) == 0 {
            format!("line_{}", self.printer.place(at).1.0)
        } else {
            "shared".to_owned()
        };
        let label = self.label(&name);
        let comment = self.definition_comment(block, at);
        let (body, continues) = self.labeled(block, label);
        (quote!(#comment #body), continues)
    }

    /// Prints the place of a definition as a comment, if the function has several. The comment says
    /// so if a definition further down in the source comes first. The definitions
    /// in a [`Statement::First`] have comments of their own, and so have those that share a guard
    /// or a loop.
    fn definition_comment(&mut self, block: &Block, at: Span) -> Option<TokenStream> {
        if is_first(block) || definitions(block) > 0 || self.definitions < 2 {
            return None;
        }
        let mut text = self.printer.short_place(at);
        let is_before = |last: Span| last.source == at.source && at.start < last.start;
        if self.last_definition.is_some_and(is_before) {
            text.push_str(", in the order of OPA's index");
        } else {
            self.last_definition = Some(at);
        }
        let text = comment::escaped(&text);
        Some(quote!(comment!(#text);))
    }

    fn labeled(&mut self, block: &Block, label: Label) -> (TokenStream, bool) {
        self.frames.push(Frame::Scope(label));
        let (body, continues) = self.block(block);
        match self.frames.pop() {
            Some(Frame::Scope(Label { name, used: true })) => (quote!(#name: { #body }), true),
            _ => (body, continues),
        }
    }

    /// Prints a scope. At the end of a function it needs no label, because leaving it means
    /// returning.
    fn scope_statement(&mut self, block: &Block, at: Span) -> (TokenStream, bool) {
        let is_last = matches!(self.frames.last(), Some(Frame::Function))
            && ends_with(&self.function.body, block);
        if !is_last {
            return self.scope_parts(block, at);
        }
        let comment = self.definition_comment(block, at);
        let (body, continues) = self.block(block);
        (quote!(#comment #body), continues)
    }
}

/// Returns `true` if a block ends with the scope `inner`: directly, in its last scope, or in the
/// block whose first value it returns.
fn ends_with(block: &Block, inner: &Block) -> bool {
    match block.0.as_slice() {
        [.., Statement::Scope { body, .. }] => std::ptr::eq(body, inner) || ends_with(body, inner),
        [.., Statement::First { local, body }, Statement::Yield(Yield::Return(value))] => {
            value.is_local(*local) && ends_with(body, inner)
        }
        _ => false,
    }
}

/// Returns `true` if a block begins with definitions of which it takes the first that holds.
fn is_first(block: &Block) -> bool {
    matches!(block.0.first(), Some(Statement::First { .. }))
}
