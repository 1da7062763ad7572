/// A WordPiece tokenizer as a checkpoint describes it: what the converter reads and the file stores.
public struct TokenizerDefinition: Sendable, Equatable {
  /// A token that is matched in the text before normalization (special tokens among them).
  public struct AddedToken: Sendable, Equatable {
    public var content: [UInt8]
    public var id: UInt32
    public var special: Bool
    public var singleWord: Bool
    public var stripsLeft: Bool
    public var stripsRight: Bool
    /// Whether it is matched in the normalized text instead.
    public var normalized: Bool

    public init(
      content: [UInt8], id: UInt32, special: Bool = true, singleWord: Bool = false, stripsLeft: Bool = false,
      stripsRight: Bool = false, normalized: Bool = false
    ) {
      self.content = content
      self.id = id
      self.special = special
      self.singleWord = singleWord
      self.stripsLeft = stripsLeft
      self.stripsRight = stripsRight
      self.normalized = normalized
    }
  }

  /// BertNormalizer's four switches.
  public var cleansText = true
  public var splitsCJK = true
  public var stripsAccents = false
  public var lowercases = false

  /// A word of more Unicode scalars than this is one unknown token.
  public var maximumWordScalars = 100
  public var continuingPrefix: [UInt8] = Array("##".utf8)

  public var unknownToken: UInt32
  public var classifierToken: UInt32
  public var separatorToken: UInt32
  public var paddingToken: UInt32

  /// UTF-8 of each token by id; empty where an id is unused.
  public var vocabulary: [[UInt8]]
  public var addedTokens: [AddedToken]

  public init(
    vocabulary: [[UInt8]], addedTokens: [AddedToken], unknownToken: UInt32, classifierToken: UInt32,
    separatorToken: UInt32, paddingToken: UInt32
  ) {
    self.vocabulary = vocabulary
    self.addedTokens = addedTokens
    self.unknownToken = unknownToken
    self.classifierToken = classifierToken
    self.separatorToken = separatorToken
    self.paddingToken = paddingToken
  }
}
