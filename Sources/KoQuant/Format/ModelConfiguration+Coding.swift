extension ModelConfiguration {
  /// Bytes of the section `model`; a newer minor version may append fields.
  public static let encodedSize = 48

  /// The section `model`, little-endian: u32 architecture, layers, hidden size, attention heads, intermediate
  /// size, vocabulary size, positions, padding token, maximum tokens; f32 LayerNorm epsilon; u32 pooling,
  /// normalizes (0 or 1).
  /// - Throws: the field that `validate` refuses.
  public func encode() throws(Invalid) -> [UInt8] {
    try validate()
    let fields: [UInt32] = [
      architecture.rawValue, UInt32(clamping: layers), UInt32(clamping: hiddenSize),
      UInt32(clamping: attentionHeads), UInt32(clamping: intermediateSize), UInt32(clamping: vocabularySize),
      UInt32(clamping: positions), paddingToken, UInt32(clamping: maximumTokens), layerNormEpsilon.bitPattern,
      pooling.rawValue, normalizes ? 1 : 0,
    ]
    var bytes = [UInt8](repeating: 0, count: Self.encodedSize)
    bytes.withUnsafeMutableBytes { buffer in
      for (index, field) in fields.enumerated() { buffer.store(littleEndian: field, at: 4 * index) }
    }
    return bytes
  }

  /// Reads and validates what `encode` wrote.
  /// - Throws: `KoqError.invalidContents`, naming the field.
  public init(section bytes: UnsafeRawBufferPointer) throws(KoqError) {
    func fail(_ field: KoqError.Field) -> KoqError { KoqError(.invalidContents(field), section: .model) }
    guard bytes.count >= Self.encodedSize else { throw fail("shorter than 48 bytes") }
    func number(_ index: Int) -> UInt32 { bytes.littleEndian(at: 4 * index) }
    func size(_ index: Int) -> Int { Int(clamping: number(index)) }
    guard let architecture = Architecture(rawValue: number(0)) else { throw fail("architecture") }
    guard let pooling = Pooling(rawValue: number(10)) else { throw fail("pooling") }
    guard number(11) <= 1 else { throw fail("normalizes") }
    guard bytes.dropFirst(Self.encodedSize).allSatisfy({ $0 == 0 }) else {
      throw fail("fields that this program does not know")
    }
    self.init(
      architecture: architecture, layers: size(1), hiddenSize: size(2), attentionHeads: size(3),
      intermediateSize: size(4), vocabularySize: size(5), positions: size(6), paddingToken: number(7),
      maximumTokens: size(8), layerNormEpsilon: Float(bitPattern: number(9)), pooling: pooling,
      normalizes: number(11) == 1)
    do throws(Invalid) {
      try validate()
    } catch {
      throw fail(KoqError.Field(error.field))
    }
  }
}
