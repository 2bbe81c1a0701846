import type { Language } from "./grammars.ts";

/**
 * What to look for in a language, as tree-sitter queries.
 *
 * In `symbols` a capture named after a symbol kind is the definition, `@name` its name (a default
 * export has none), `@owner` the type a method belongs to when the method stands outside of it,
 * `@object` the variable that it is assigned to a property of, and `@decorator` what may stand in
 * front.
 */
export interface LanguageTable {
  readonly symbols: string;
  /** `@import`: what is imported, as written. */
  readonly imports: string;
  /** `@call`: the last name of what is called. */
  readonly calls: string;
}

const FUNCTION = "[(arrow_function) (function_expression) (generator_function)]";

const JS_SYMBOLS = `
(function_declaration name: (identifier) @name) @function
(generator_function_declaration name: (identifier) @name) @function
(class_declaration name: (_) @name) @class
(method_definition name: (_) @name) @function
(variable_declarator name: (identifier) @name value: ${FUNCTION}) @function
(variable_declarator name: (identifier) @name value: (class)) @class
(assignment_expression left: (identifier) @name right: ${FUNCTION}) @function
(assignment_expression
  left: (member_expression object: (_) @object property: (property_identifier) @name)
  right: ${FUNCTION}) @function
(assignment_expression
  left: (member_expression object: (_) @object property: (property_identifier) @name)
  right: (class)) @class
(assignment_expression
  left: (member_expression
    object: (member_expression object: (identifier) @owner property: (property_identifier) @proto)
    property: (property_identifier) @name)
  right: ${FUNCTION}
  (#eq? @proto "prototype")) @function
(pair key: (property_identifier) @name value: ${FUNCTION}) @function
(export_statement "default" value: ${FUNCTION}) @function
(export_statement "default" value: (class)) @class
(program (lexical_declaration (variable_declarator name: (identifier) @name) @constant))
(program (variable_declaration (variable_declarator name: (identifier) @name) @constant))
(program (export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name) @constant)))
(program (export_statement
  (variable_declaration (variable_declarator name: (identifier) @name) @constant)))
(decorator) @decorator
`;

const JS_IMPORTS = `
(import_statement source: (string (string_fragment) @import))
(export_statement source: (string (string_fragment) @import))
(call_expression function: (import) arguments: (arguments . (string (string_fragment) @import)))
(call_expression
  function: (identifier) @require arguments: (arguments . (string (string_fragment) @import))
  (#eq? @require "require"))
`;

const JS_CALLS = `
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(new_expression constructor: (identifier) @call)
(new_expression constructor: (member_expression property: (property_identifier) @call))
`;

const JSX_CALLS = `
(jsx_opening_element name: (identifier) @call)
(jsx_self_closing_element name: (identifier) @call)
`;

const TS_SYMBOLS = `${JS_SYMBOLS}
(public_field_definition name: (_) @name value: ${FUNCTION}) @function
(abstract_class_declaration name: (_) @name) @class
(abstract_method_signature name: (_) @name) @signature
(ambient_declaration (function_signature name: (identifier) @name) @function)
(function_signature name: (identifier) @name) @signature
(interface_declaration name: (_) @name) @interface
(method_signature name: (_) @name) @signature
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @enum
(internal_module name: (_) @name) @module
(module name: (_) @name) @module
`;

const TYPESCRIPT: LanguageTable = { symbols: TS_SYMBOLS, imports: JS_IMPORTS, calls: JS_CALLS };

/** The table of each language. */
export const TABLES: Readonly<Record<Language, LanguageTable>> = {
  typescript: TYPESCRIPT,
  tsx: { ...TYPESCRIPT, calls: JS_CALLS + JSX_CALLS },
  javascript: {
    symbols: `${JS_SYMBOLS}
(field_definition property: (_) @name value: ${FUNCTION}) @function
`,
    imports: JS_IMPORTS,
    calls: JS_CALLS + JSX_CALLS,
  },
  python: {
    symbols: `
(function_definition name: (identifier) @name) @function
(class_definition name: (identifier) @name) @class
(assignment left: (identifier) @name right: (lambda)) @function
(type_alias_statement left: (type (identifier) @name)) @type
(module (expression_statement (assignment left: (identifier) @name) @constant))
(decorator) @decorator
`,
    imports: `
(import_statement name: (dotted_name) @import)
(import_statement name: (aliased_import name: (dotted_name) @import))
(import_from_statement module_name: (_) @import)
(future_import_statement "__future__" @import)
`,
    calls: `
(call function: (identifier) @call)
(call function: (attribute attribute: (identifier) @call))
`,
  },
  go: {
    symbols: `
(function_declaration name: (identifier) @name) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @owner
    (pointer_type (type_identifier) @owner)
    (generic_type type: (type_identifier) @owner)
    (pointer_type (generic_type type: (type_identifier) @owner))
  ]))
  name: (field_identifier) @name) @method
(type_spec name: (type_identifier) @name type: (struct_type)) @struct
(type_spec name: (type_identifier) @name type: (interface_type)) @interface
(type_spec name: (type_identifier) @name) @type
(type_alias name: (type_identifier) @name) @type
(method_elem name: (field_identifier) @name) @signature
(var_spec name: (identifier) @name value: (expression_list (func_literal))) @function
(source_file (const_declaration (const_spec name: (identifier) @name) @constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @constant))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @constant)))
`,
    imports: `(import_spec path: (_ (_) @import))`,
    calls: `
(call_expression function: (identifier) @call)
(call_expression function: (selector_expression field: (field_identifier) @call))
`,
  },
  rust: {
    symbols: `
(function_item name: (identifier) @name) @function
(function_signature_item name: (identifier) @name) @signature
(struct_item name: (type_identifier) @name) @struct
(union_item name: (type_identifier) @name) @struct
(enum_item name: (type_identifier) @name) @enum
(trait_item name: (type_identifier) @name) @trait
(impl_item type: [
  (type_identifier) @name
  (generic_type type: (type_identifier) @name)
  (scoped_type_identifier name: (type_identifier) @name)
  (generic_type type: (scoped_type_identifier name: (type_identifier) @name))
  (reference_type type: (type_identifier) @name)
  (primitive_type) @name
]) @impl
(type_item name: (type_identifier) @name) @type
(mod_item name: (identifier) @name body: (_)) @module
(macro_definition name: (identifier) @name) @macro
(const_item name: (identifier) @name) @constant
(static_item name: (identifier) @name) @constant
(attribute_item) @decorator
`,
    imports: `
(use_declaration argument: (_) @import)
(extern_crate_declaration name: (identifier) @import)
(mod_item name: (identifier) @submodule !body)
`,
    calls: `
(call_expression function: (identifier) @call)
(call_expression function: (scoped_identifier name: (identifier) @call))
(call_expression function: (field_expression field: (field_identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(macro_invocation macro: (identifier) @call)
`,
  },
  java: {
    symbols: `
(class_declaration name: (identifier) @name) @class
(record_declaration name: (identifier) @name) @class
(interface_declaration name: (identifier) @name) @interface
(annotation_type_declaration name: (identifier) @name) @interface
(enum_declaration name: (identifier) @name) @enum
(method_declaration name: (identifier) @name) @method
(constructor_declaration name: (identifier) @name) @method
(compact_constructor_declaration name: (identifier) @name) @method
(modifiers [(annotation) (marker_annotation)] @decorator)
`,
    imports: `(import_declaration [(scoped_identifier) (identifier)] @import)`,
    calls: `
(method_invocation name: (identifier) @call)
(object_creation_expression type: (type_identifier) @call)
(object_creation_expression type: (generic_type (type_identifier) @call))
`,
  },
};
