/// A tensor of a checkpoint that takes no part in sentence embeddings.
public struct IgnoredTensor: Sendable, Equatable {
  public enum Reason: String, Sendable {
    /// The pooler, which sentence-transformers does not use.
    case pooler = "pooler, not used for sentence embeddings"
    /// Position or token type numbers, which follow from the configuration.
    case indices = "indices that follow from the configuration"
    /// A head for masked language modelling, next sentence prediction or classification.
    case head = "head of another task"
    /// Nothing that this project knows.
    case unknown = "unknown"
  }

  /// As its file spells it.
  public var name: String
  public var shape: [Int]
  public var elementType: ElementType
  public var reason: Reason

  init(_ tensor: StoredTensor, reason: Reason) {
    name = tensor.name
    shape = tensor.shape
    elementType = tensor.elementType
    self.reason = reason
  }
}

extension IgnoredTensor.Reason {
  /// `name` is the tensor's without the encoder's prefix.
  init(name: String) {
    if name.hasPrefix("pooler.") {
      self = .pooler
    } else if name == "embeddings.position_ids" || name == "embeddings.token_type_ids" {
      self = .indices
    } else if name.hasPrefix("lm_head.") || name.hasPrefix("cls.") || name.hasPrefix("classifier.") {
      self = .head
    } else {
      self = .unknown
    }
  }
}
