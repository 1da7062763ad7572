import Conversion
import Testing

@Suite struct ChannelScalesTests {
  @Test func groupsHaveTheNearestScalesThereAre() {
    let wanted: [Float] = [0.013, 0.0004, 0.0129, 0.006, 0.00005]
    let scales = ChannelScales(ofGroups: wanted)
    #expect(scales.groupFactors.count == wanted.count)
    #expect(StoredFactor.rounded(scales.scale) == scales.scale)
    for (group, value) in wanted.enumerated() {
      // Half a step of the factors; the largest scale may be cut by what the unit was rounded by.
      #expect(abs(scales[group] - value) <= 0.5 * scales.scale + value / 255, "\(group)")
    }
  }

  @Test func aGroupOfSmallWeightsKeepsAStep() {
    let scales = ChannelScales(ofGroups: [1, 1e-6, 0])
    #expect(scales.groupFactors[1] == 1 && scales.groupFactors[2] == 1)
    #expect(scales.groupFactors[0] >= 254)
  }

  @Test(arguments: [[0, 0], [1e-40, 1e-41], [Float.leastNormalMagnitude, 0]] as [[Float]])
  func whatHasNoStepIsZeros(_ groups: [Float]) {
    let scales = ChannelScales(ofGroups: groups)
    #expect(scales.scale == 0 && scales[0] == 0 && scales[1] == 0)
  }
}
