//! Values from JSON and to JSON.
