import Interchange
import KoQuant

extension TokenizerFile {
  /// `normalizer`: BertNormalizer, Lowercase before it or alone, a Sequence of these, or nothing.
  enum Normalizer {
    static func read(_ root: JSONNode, into definition: inout TokenizerDefinition) throws(CheckpointError) {
      definition.cleansText = false
      definition.splitsCJK = false
      definition.stripsAccents = false
      definition.lowercases = false
      guard let node = root.optional("normalizer") else { return }
      var hasBert = false
      for part in try parts(of: node) {
        let type = try part.required("type")
        switch try type.string() {
        case "Lowercase": definition.lowercases = true
        case "BertNormalizer" where !hasBert:
          hasBert = true
          try apply(part, to: &definition)
        default:
          throw type.failure(
            .unsupported, "\(quoted(try type.string())) is not supported here",
            advice: "supported are BertNormalizer and Lowercase")
        }
      }
    }

    private static func parts(of node: JSONNode) throws(CheckpointError) -> [JSONNode] {
      guard try node.required("type").string() == "Sequence" else { return [node] }
      return try node.required("normalizers").elements()
    }

    /// `strip_accents` null means: as `lowercase`.
    private static func apply(
      _ node: JSONNode, to definition: inout TokenizerDefinition
    ) throws(CheckpointError) {
      let lowercases = try node.optional("lowercase")?.boolean() ?? true
      definition.cleansText = try node.optional("clean_text")?.boolean() ?? true
      definition.splitsCJK = try node.optional("handle_chinese_chars")?.boolean() ?? true
      definition.stripsAccents = try node.optional("strip_accents")?.boolean() ?? lowercases
      if lowercases { definition.lowercases = true }
    }
  }
}
