import Interchange
import KoQuant

extension ReferenceEncoder {
  /// The vectors of all texts, from the hidden states as they are: a row per text.
  public func vectors() -> FloatMatrix {
    states.pooled(configuration.pooling, normalizes: configuration.normalizes)
  }
}

extension HiddenStates {
  /// A vector per text, as sentence-transformers pools and normalizes; sums in double precision.
  public func pooled(_ pooling: ModelConfiguration.Pooling, normalizes: Bool) -> FloatMatrix {
    var result = FloatMatrix(rows: starts.count - 1, columns: channels)
    for text in 0..<result.rows {
      var vector = pool(starts[text]..<starts[text + 1], pooling)
      if normalizes {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for channel in vector.indices { vector[channel] /= max(length, 1e-12) }
      }
      for channel in vector.indices { result.values[text * channels + channel] = Float(vector[channel]) }
    }
    return result
  }

  private func pool(_ tokens: Range<Int>, _ pooling: ModelConfiguration.Pooling) -> [Double] {
    switch pooling {
    case .mean: return sum(tokens).map { $0 / Double(tokens.count) }
    case .meanSqrtLength: return sum(tokens).map { $0 / Double(tokens.count).squareRoot() }
    case .cls: return self[tokens.lowerBound].map(Double.init)
    case .max:
      var result = [Double](repeating: -.infinity, count: channels)
      for token in tokens {
        let row = self[token]
        for channel in result.indices { result[channel] = max(result[channel], Double(row[channel])) }
      }
      return result
    }
  }

  private func sum(_ tokens: Range<Int>) -> [Double] {
    var result = [Double](repeating: 0, count: channels)
    for token in tokens {
      let row = self[token]
      for channel in result.indices { result[channel] += Double(row[channel]) }
    }
    return result
  }
}
