/** What people call a phone. WeChat puts the maker's own name behind it: `iPhone 14<iPhone14,7>`. */
export const modelName = (model: string): string => model.replace(/(.)<[^<>]*>$/, '$1');
