/// The covariance of the channels of a matrix's input, from sums over tokens.
struct Covariance {
  let products: ProductMoments
  let means: [Double]
  /// The weights of all tokens together.
  let mass: Double

  private subscript(a: Int, b: Int) -> Double {
    Double(products[a, b]) / mass - means[a] * means[b]
  }

  /// Standard deviations, with a floor that keeps channels which hardly vary from being divided by nothing.
  var deviations: [Float] {
    let variances = means.indices.map { max(self[$0, $0], 0) }
    let largest = Float((variances.max() ?? 0).squareRoot())
    let floor = largest > 0 ? largest * 1e-4 : 1
    return variances.map { max(Float($0.squareRoot()), floor) }
  }

  /// Writes the correlation matrix, its channels in `order`, with `damping` added to the diagonal.
  func writeCorrelations(order: [Int], _ deviations: [Float], damping: Float, to factor: TriangularFactor) {
    for (row, a) in order.enumerated() {
      for column in 0...row {
        let b = order[column]
        let correlation = Float(self[a, b]) / (deviations[a] * deviations[b])
        factor[row, column] = row == column ? correlation + damping : correlation
      }
    }
  }
}
