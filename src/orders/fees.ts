/** Words that stand alone as the id of something that is charged but not bought. */
const words = new Set(
  `post postage dot carriage shipping shippingfee delivery freight handling fee fees charge charges bankcharges amazonfee
  discount voucher coupon giftcard giftvoucher adjust adjustment manual sample samples commission refund credit deposit
  tax vat tip donation cruk test b c2 d m s`.split(/\s+/),
)

/** Numbered forms of the same: `gift_0001_20`, `ADJUST2`, `TEST001`. */
const numbered = /^(gift|adjust|test|fee|voucher|coupon|discount|postage|shipping)[\s_-]*\d+([\s_-]*\d+)*$/

/**
 * Whether an item's id looks like a fee, postage, a voucher or a correction rather than something to recommend. It goes
 * by the id alone and knows English shop systems; a product that is called so by chance is found too.
 */
export function looksLikeFee(id: string): boolean {
  const plain = id.toLowerCase().trim()
  return words.has(plain.replace(/[\s_-]/g, '')) || numbered.test(plain)
}
