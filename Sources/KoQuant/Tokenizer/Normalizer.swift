/// BertNormalizer, one scalar at a time: cleans the text, isolates CJK ideographs, decomposes and strips
/// nonspacing marks, lowercases, in this order.
struct Normalizer {
  private let cleansText: Bool
  private let splitsCJK: Bool
  private let stripsAccents: Bool
  private let lowercases: Bool
  /// Scalars kept back because canonical ordering may still put others before them: class << 24 | scalar, in
  /// order. A run that fills it is longer than any word that can be pieced, so its order does not matter.
  private let pending: UnsafeMutableBufferPointer<UInt32>
  private(set) var pendingCount = 0

  init(_ settings: TokenizerSettings, pending: UnsafeMutableBufferPointer<UInt32>) {
    self.init(
      cleansText: settings.cleansText, splitsCJK: settings.splitsCJK, stripsAccents: settings.stripsAccents,
      lowercases: settings.lowercases, pending: pending)
  }

  init(
    cleansText: Bool, splitsCJK: Bool, stripsAccents: Bool, lowercases: Bool,
    pending: UnsafeMutableBufferPointer<UInt32>
  ) {
    self.cleansText = cleansText
    self.splitsCJK = splitsCJK
    self.stripsAccents = stripsAccents
    self.lowercases = lowercases
    self.pending = pending
  }

  /// Gives the sink what a scalar becomes, as far as it is settled.
  mutating func take(_ scalar: UInt32, _ sink: inout some ScalarSink) {
    let kind = ScalarKind(of: scalar)
    if cleansText {
      if kind.isRemoved { return }
      if kind.isWhitespace { return takeStarter(0x20, &sink) }
    }
    guard splitsCJK, kind.isIdeograph else { return strip(scalar, kind, &sink) }
    takeStarter(0x20, &sink)
    strip(scalar, kind, &sink)
    takeStarter(0x20, &sink)
  }

  /// Gives the sink what is kept back: the text ends here.
  mutating func finish(_ sink: inout some ScalarSink) {
    for i in 0..<pendingCount { lower(pending[i] & 0xFF_FFFF, &sink) }
    pendingCount = 0
  }

  /// A scalar that no mark can be ordered across and that lowercasing does not change.
  @inline(__always)
  private mutating func takeStarter(_ scalar: UInt32, _ sink: inout some ScalarSink) {
    if pendingCount > 0 { finish(&sink) }
    sink.take(scalar)
  }

  @inline(__always)
  private mutating func strip(_ scalar: UInt32, _ kind: ScalarKind, _ sink: inout some ScalarSink) {
    guard stripsAccents else { return lower(scalar, kind, &sink) }
    if kind.decomposes || UnicodeTables.isHangulSyllable(scalar) {
      UnicodeTables.decompose(scalar) { order($0, ScalarKind(of: $0), &sink) }
    } else {
      order(scalar, kind, &sink)
    }
  }

  /// The canonical ordering algorithm: sorts runs of scalars that are not starters by class, stably.
  private mutating func order(_ scalar: UInt32, _ kind: ScalarKind, _ sink: inout some ScalarSink) {
    if kind.combining == 0 || pendingCount == pending.count { finish(&sink) }
    if kind.isNonspacingMark { return }
    if kind.combining == 0 { return lower(scalar, kind, &sink) }
    var place = pendingCount
    while place > 0, pending[place - 1] >> 24 > UInt32(kind.combining) {
      pending[place] = pending[place - 1]
      place -= 1
    }
    pending[place] = UInt32(kind.combining) << 24 | scalar
    pendingCount += 1
  }

  private func lower(_ scalar: UInt32, _ sink: inout some ScalarSink) {
    lower(scalar, ScalarKind(of: scalar), &sink)
  }

  @inline(__always)
  private func lower(_ scalar: UInt32, _ kind: ScalarKind, _ sink: inout some ScalarSink) {
    if lowercases, kind.lowercases {
      UnicodeTables.lowercase(scalar) { sink.take($0) }
    } else {
      sink.take(scalar)
    }
  }
}
