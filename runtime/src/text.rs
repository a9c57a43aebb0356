//! Values as Rego terms.
