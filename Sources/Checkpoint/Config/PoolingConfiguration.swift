import Interchange
import KoQuant

/// `1_Pooling/config.json`: how token vectors become one.
struct PoolingConfiguration {
  let mode: ModelConfiguration.Pooling

  init(
    _ folder: Folder, _ modules: ModuleList, _ architecture: ArchitectureConfiguration,
    recording sources: inout [SourceFile]
  ) throws(CheckpointError) {
    guard let path = modules.poolingPath else {
      mode = .mean
      return
    }
    let poolingFolder = folder.subfolder(path)
    guard let node = try poolingFolder.json("config.json", recording: &sources) else {
      throw CheckpointError(
        .missing, file: poolingFolder.path(of: "config.json"), "is missing, and modules.json requires it")
    }
    for key: StaticString in ["word_embedding_dimension", "embedding_dimension"] {
      guard let dimension = node.optional(key) else { continue }
      guard try dimension.integer() == architecture.hiddenSize else {
        throw dimension.failure(
          .contradiction,
          "\(try dimension.integer()) is not hidden_size of config.json, \(architecture.hiddenSize)")
      }
    }
    mode = try Self.mode(node)
  }

  /// Newer files name the modes, older ones have a flag for each; mean where neither says anything.
  private static func mode(_ node: JSONNode) throws(CheckpointError) -> ModelConfiguration.Pooling {
    var modes: [(name: String, node: JSONNode)] = []
    if let named = node.optional("pooling_mode") {
      if case .array = named.json {
        for element in try named.elements() { modes.append((try element.string(), element)) }
      } else {
        modes.append((try named.string(), named))
      }
    } else {
      let flags: [(StaticString, String)] = [
        ("pooling_mode_cls_token", "cls"), ("pooling_mode_max_tokens", "max"),
        ("pooling_mode_mean_tokens", "mean"), ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
        ("pooling_mode_weightedmean_tokens", "weightedmean"), ("pooling_mode_lasttoken", "lasttoken"),
      ]
      for (key, name) in flags {
        if let flag = node.optional(key), try flag.boolean() { modes.append((name, flag)) }
      }
    }
    guard let first = modes.first else { return .mean }
    guard modes.count == 1 else {
      let names = modes.prefix(6).map { quoted($0.name) }.joined(separator: ", ")
      throw node.failure(.unsupported, "concatenating several poolings (\(names)) is not supported")
    }
    switch first.name {
    case "mean": return .mean
    case "cls": return .cls
    case "max": return .max
    case "mean_sqrt_len_tokens": return .meanSqrtLength
    default:
      throw first.node.failure(
        .unsupported, "pooling \(quoted(first.name)) is not supported",
        advice: "supported are mean, cls, max and mean_sqrt_len_tokens")
    }
  }
}
