import KoQuant

/// Reads a token with its flags as `added_tokens` of tokenizer.json and `added_tokens_decoder` of
/// tokenizer_config.json spell it.
enum AddedTokenReader {
  /// The largest id that a model can have, see `ModelConfiguration.validate()`.
  static let maximumID = 16_777_215

  static func read(_ node: JSONNode, id: UInt32) throws(CheckpointError) -> TokenizerDefinition.AddedToken {
    let content = try node.required("content")
    if try content.bytes().isEmpty { throw content.failure(.malformed, "must not be empty") }
    let special = try node.optional("special")?.boolean() ?? false
    return TokenizerDefinition.AddedToken(
      content: try content.bytes(), id: id, special: special,
      singleWord: try node.optional("single_word")?.boolean() ?? false,
      stripsLeft: try node.optional("lstrip")?.boolean() ?? false,
      stripsRight: try node.optional("rstrip")?.boolean() ?? false,
      normalized: try node.optional("normalized")?.boolean() ?? !special)
  }
}
