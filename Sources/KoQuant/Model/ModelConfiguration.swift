/// The shape of an encoder and how its tokens become one vector: everything that is not a weight.
public struct ModelConfiguration: Sendable, Equatable {
  /// How the hidden states of a text's tokens become its vector.
  public enum Pooling: UInt32, Sendable, CaseIterable {
    /// Mean over all tokens, special tokens included.
    case mean = 0
    /// The first token.
    case cls = 1
    /// Maximum over all tokens, per channel.
    case max = 2
    /// Sum over all tokens divided by the square root of their number.
    case meanSqrtLength = 3
  }

  public enum Architecture: UInt32, Sendable {
    /// Positions 0, 1, 2, ….
    case bert = 0
    /// Positions from `paddingToken + 1`; a padding token inside a text has position `paddingToken` and does
    /// not advance the count.
    case roberta = 1
  }

  public var architecture: Architecture
  public var layers: Int
  public var hiddenSize: Int
  public var attentionHeads: Int
  public var intermediateSize: Int
  public var vocabularySize: Int
  /// Rows of the position table (`max_position_embeddings` of a checkpoint).
  public var positions: Int
  public var paddingToken: UInt32
  /// Texts are truncated to this many tokens, special tokens included (`max_seq_length`).
  public var maximumTokens: Int
  public var layerNormEpsilon: Float
  public var pooling: Pooling
  /// Whether the model ends with a Normalize module: its vectors have length 1.
  public var normalizes: Bool

  public init(
    architecture: Architecture, layers: Int, hiddenSize: Int, attentionHeads: Int, intermediateSize: Int,
    vocabularySize: Int, positions: Int, paddingToken: UInt32, maximumTokens: Int, layerNormEpsilon: Float,
    pooling: Pooling, normalizes: Bool
  ) {
    self.architecture = architecture
    self.layers = layers
    self.hiddenSize = hiddenSize
    self.attentionHeads = attentionHeads
    self.intermediateSize = intermediateSize
    self.vocabularySize = vocabularySize
    self.positions = positions
    self.paddingToken = paddingToken
    self.maximumTokens = maximumTokens
    self.layerNormEpsilon = layerNormEpsilon
    self.pooling = pooling
    self.normalizes = normalizes
  }

  /// Channels per attention head.
  public var headSize: Int { hiddenSize / attentionHeads }
  /// Position of the first token of a text.
  public var firstPosition: Int { architecture == .roberta ? Int(paddingToken) + 1 : 0 }

  /// The same without the positions that no text can reach: what a model file holds of a checkpoint.
  public var withReachablePositions: ModelConfiguration {
    var configuration = self
    configuration.positions = min(positions, firstPosition + maximumTokens)
    return configuration
  }
}

extension ModelConfiguration {
  /// A field whose value no encoder of this kind can have.
  public struct Invalid: Error, Sendable, Equatable {
    /// Name of the field, as in this type.
    public var field: StaticString
    /// What is required of it.
    public var requirement: StaticString

    public static func == (a: Self, b: Self) -> Bool {
      a.field.equals(b.field) && a.requirement.equals(b.requirement)
    }
  }

  /// Largest inner dimension whose u8 x int8 products cannot overflow an int32 sum.
  public static let maximumChannels = 32_768

  /// Throws the first field that is out of range; every size computed from a valid configuration fits in 64 bits.
  public func validate() throws(Invalid) {
    func require(_ condition: Bool, _ field: StaticString, _ requirement: StaticString) throws(Invalid) {
      if !condition { throw Invalid(field: field, requirement: requirement) }
    }
    try require((1...1024).contains(layers), "layers", "from 1 to 1024")
    try require((1...Self.maximumChannels).contains(hiddenSize), "hiddenSize", "from 1 to 32768")
    try require((1...hiddenSize).contains(attentionHeads), "attentionHeads", "from 1 to hiddenSize")
    try require(hiddenSize % attentionHeads == 0, "attentionHeads", "a divisor of hiddenSize")
    try require((1...Self.maximumChannels).contains(intermediateSize), "intermediateSize", "from 1 to 32768")
    try require((1...16_777_216).contains(vocabularySize), "vocabularySize", "from 1 to 16777216")
    try require((1...1_048_576).contains(positions), "positions", "from 1 to 1048576")
    try require(paddingToken < UInt32(vocabularySize), "paddingToken", "less than vocabularySize")
    try require(maximumTokens >= 2, "maximumTokens", "at least 2")
    try require(
      maximumTokens <= positions - firstPosition, "maximumTokens", "at most the rows of the position table")
    try require(
      layerNormEpsilon > 0 && layerNormEpsilon < 1, "layerNormEpsilon", "greater than 0 and less than 1")
  }
}
